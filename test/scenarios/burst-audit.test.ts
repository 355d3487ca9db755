import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  doorbellAudit,
  type FloodCells,
  messageAudit,
  numberBitsOf,
} from "../../src/scenarios/burst-audit.ts";

function freshCells(): FloodCells {
  return { heard: new Int32Array(2), rung: new Uint32Array(1) };
}

type Heard = { readonly thread: number; readonly number: number };

/** What a slow and simple reader would say of the same wakes. */
function oracle(heard: readonly Heard[]) {
  const seen = new Map<number, Set<number>>();
  let received = 0;
  let duplicated = 0;
  let reordered = 0;
  for (const { thread, number } of heard) {
    const numbers = seen.get(thread) ?? new Set<number>();
    seen.set(thread, numbers);
    if (numbers.has(number)) {
      duplicated++;
      continue;
    }
    received++;
    if (number < Math.max(-1, ...numbers)) reordered++;
    numbers.add(number);
  }
  return { received, duplicated, reordered };
}

/** Numbers of some threads, in any order, some missing, some again. */
const wakes = fc.record({
  threads: fc.constantFrom(1, 2, 3, 64, 1024),
  first: fc.constantFrom(0, 5, 2 ** 20, 2 ** 21 - 3, 2 ** 31 - 2),
  sequence: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 })), { maxLength: 200 }),
});

describe("the audit of messages", () => {
  test("agrees with a slow reader, whatever is lost, doubled or out of order", () => {
    fc.assert(
      fc.property(wakes, ({ threads, first, sequence }) => {
        const cells = freshCells();
        const audit = messageAudit(cells, threads);
        audit.begin(new Uint32Array(threads).fill(first));
        const bits = numberBitsOf(threads);
        const heard = sequence.map(([thread, number]) => ({ thread: thread % threads, number }));
        for (const { thread, number } of heard) {
          audit.hear(thread * 2 ** bits + ((first + number) % 2 ** bits));
        }
        const truth = oracle(heard);
        const sent = truth.received + 3;
        expect(audit.result(sent, 1)).toEqual({
          sent,
          ...truth,
          lost: 2,
          coalesced: 0,
          refused: 1,
        });
        const [delivered = 0, apart = 0] = cells.heard;
        expect(delivered).toBe(truth.received);
        expect(audit.entriesOf(delivered, apart)).toBe(heard.length);
      }),
    );
  });

  test("counts what nobody can have sent as a duplicate, and as nothing else", () => {
    const cells = freshCells();
    const audit = messageAudit(cells, 3);
    audit.begin(new Uint32Array([10, 10, 10]));
    const foreign = [undefined, "7", -1, 3 * 2 ** numberBitsOf(3), 9];
    for (const message of foreign) audit.hear(message);
    expect(audit.result(0, 0)).toMatchObject({
      received: 0,
      lost: 0,
      duplicated: foreign.length,
      reordered: 0,
    });
  });

  test("forgets the flood before: what comes late from it is a duplicate", () => {
    const audit = messageAudit(freshCells(), 1);
    audit.begin(new Uint32Array([0]));
    audit.hear(0);
    audit.hear(2);
    audit.begin(new Uint32Array([3]));
    audit.hear(1);
    audit.hear(3);
    expect(audit.result(1, 0)).toMatchObject({ lost: 0, duplicated: 1, reordered: 0 });
  });

  test("a message of any thread is a positive number of 31 bits", () => {
    for (const threads of [1, 2, 3, 64, 65, 1000, 1024, 2048]) {
      const bits = numberBitsOf(threads);
      expect(threads * 2 ** bits).toBeLessThanOrEqual(2 ** 31);
      if (threads > 1) expect(threads * 2 ** (bits + 1)).toBeGreaterThan(2 ** 31);
    }
  });
});

describe("the audit of doorbells", () => {
  test("takes note of all rings at each entry, and calls what shares an entry coalesced", () => {
    const cells = freshCells();
    cells.rung[0] = 0xffff_fffe; // the counter may wrap
    const audit = doorbellAudit(cells);
    audit.begin(new Uint32Array(1));
    cells.rung[0] = 0xffff_ffff;
    audit.hear(undefined);
    cells.rung[0] = 6;
    audit.hear(undefined);
    audit.hear(undefined);
    cells.rung[0] = 8; // two rings that nobody hears
    expect(audit.result(10, 0)).toEqual({
      sent: 10,
      received: 8,
      lost: 2,
      duplicated: 0,
      reordered: 0,
      coalesced: 5,
      refused: 0,
    });
  });

  test("entries beyond the rings are duplicates", () => {
    const cells = freshCells();
    const audit = doorbellAudit(cells);
    audit.begin(new Uint32Array(1));
    cells.rung[0] = 2;
    for (let entry = 0; entry < 5; entry++) audit.hear(undefined);
    expect(audit.result(2, 0)).toMatchObject({ received: 2, lost: 0, duplicated: 3, coalesced: 0 });
  });
});
