import { expect, test } from "bun:test";
import fc from "fast-check";
import { CellReader, CellWriter, cellMemory } from "../../src/dispatch/cells.ts";
import { openCellLink } from "../../src/dispatch/worker-link-cells.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { fixture, turn } from "./worker-fixture.ts";

type Cell = readonly [slot: number, kind: number, double: number];

function take(reader: CellReader): Cell {
  reader.next();
  return [reader.slot, reader.kind, reader.double];
}

test("cells are read in the order in which they were written, as they were, round after round", () => {
  const cell = fc.tuple(
    fc.nat(2 ** 31 - 1),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.double(),
  );
  fc.assert(
    fc.property(fc.nat(12), fc.array(fc.array(cell, { maxLength: 13 })), (spare, bursts) => {
      const memory = cellMemory(13 + spare);
      const [writer, reader] = [new CellWriter(memory), new CellReader(memory)];
      for (const burst of bursts) {
        for (const each of burst) writer.write(...each);
        expect(reader.length).toBe(burst.length);
        expect(burst.map(() => take(reader))).toStrictEqual(burst);
        expect(reader.length).toBe(0);
      }
    }),
  );
});

test("who would sleep while a cell is there does not", async () => {
  const memory = cellMemory(4);
  const [writer, reader] = [new CellWriter(memory), new CellReader(memory)];
  writer.write(1, 2, 3);
  expect(reader.sleepAsync()).toBeNull();
  const worker = new Worker(fixture("cells-thread"));
  const answers = cellMemory(4);
  worker.postMessage([memory, answers]);
  // The Worker finds the cell that was written before it was there; if it slept, nothing would wake it.
  const answered = new CellReader(answers);
  while (answered.length === 0) await turn();
  expect(take(answered)).toEqual([2, 3, 4]);
  writer.write(0, -1, 0);
  while (answered.length === 0) await turn();
  worker.terminate();
});

test("who sleeps is woken by a cell, or by being roused, and not before", async () => {
  const memory = cellMemory(4);
  const [writer, reader] = [new CellWriter(memory), new CellReader(memory)];
  for (const wake of [() => writer.write(1, 2, 3), () => reader.rouse()]) {
    let isAwake = false;
    const woken = reader.sleepAsync()?.then(() => {
      isAwake = true;
    });
    await turn();
    expect(isAwake).toBe(false);
    wake();
    await woken;
    expect(isAwake).toBe(true);
    while (reader.length > 0) take(reader);
  }
});

test("no wake is lost between two threads that sleep and wake each other all the time", async () => {
  const [calls, answers] = [cellMemory(8), cellMemory(8)];
  const [writer, reader] = [new CellWriter(calls), new CellReader(answers)];
  const worker = new Worker(fixture("cells-thread"));
  worker.postMessage([calls, answers]);
  const random = splitMix64(11);
  for (let sent = 0; sent < 40_000; ) {
    const burst = Array.from({ length: 1 + random.nextBelow(8) }, () => sent++);
    for (const number of burst) writer.write(number, number, number / 2);
    for (const number of burst) {
      while (reader.length === 0) await reader.sleepAsync();
      expect(take(reader)).toEqual([number + 1, number + 1, number / 2 + 1]);
    }
  }
  writer.write(0, -1, 0);
  while (reader.length === 0) await reader.sleepAsync();
  worker.terminate();
}, 60_000);

test("the event loop has its turns though answers are always there already", async () => {
  const calls = 5_000;
  let heard = 0;
  const done = Promise.withResolvers<void>();
  const worker = new Worker(fixture("ends-without-serving"));
  const given = Promise.withResolvers<CellWriter>();
  const link = openCellLink({
    worker: Object.assign(worker, {
      postMessage: ({ cells }: { cells: { answers: SharedArrayBuffer } }) =>
        given.resolve(new CellWriter(cells.answers)),
    }),
    capacity: 2,
    slotStates: new Int32Array(new SharedArrayBuffer(8)),
    hear() {
      if (++heard === calls) done.resolve();
      else callAndAnswer();
    },
  });
  link.begin();
  const answers = await given.promise;
  const callAndAnswer = () => {
    answers.write(0, 0, heard);
    link.send(0, 0, [heard], undefined);
  };
  callAndAnswer();
  let turns = 0;
  const count = () => {
    turns++;
    if (heard < calls) setImmediate(count);
  };
  setImmediate(count);
  await done.promise;
  expect(turns).toBeGreaterThan(calls / 100);
  link.close();
});
