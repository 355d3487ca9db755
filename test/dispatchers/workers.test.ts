import { expect, test } from "bun:test";
import { atomics } from "../../src/dispatchers/atomics.ts";
import type { Work } from "../../src/dispatchers/dispatcher.ts";
import { messagePort } from "../../src/dispatchers/message-port.ts";
import { postMessage } from "../../src/dispatchers/post-message.ts";
import { callAtRandom, rejectionOf } from "./calls.ts";
import { contextOf } from "./context.ts";

const nothing: Work = { kind: "spin", spinNs: 0 };
const works: readonly Work[] = [
  nothing,
  { kind: "spin", spinNs: 10_000 },
  { kind: "yield" },
  { kind: "sqlite" },
];

for (const dispatcher of [postMessage, messagePort, atomics]) {
  test.each(works)(
    `${dispatcher.id} does the work %j, one call at a time and many at once`,
    async (work) => {
      const open = await dispatcher.open(contextOf(work));
      expect(await open.call(2 ** 40 + 1)).toBe(2 ** 40 + 1);
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      expect(await Promise.all(numbers.map((number) => open.call(number)))).toEqual(numbers);
      expect(open.strayAnswers?.()).toBe(0);
      await open.close();
    },
  );

  test(`${dispatcher.id} brings back what was thrown, with the number and the place in the worker`, async () => {
    const open = await dispatcher.open(contextOf(nothing));
    const error = await rejectionOf(open.fail(4_321));
    expect((error as Error).name).toBe("Error");
    expect((error as Error).message).toContain("4321");
    expect((error as Error).stack).toContain("works.ts");
    await open.close();
  });

  test(`${dispatcher.id} knows its one thread, which is not the loop's`, async () => {
    const context = contextOf(nothing);
    const open = await dispatcher.open(context);
    const [id, ...others] = open.threadIds();
    expect(others).toEqual([]);
    expect(id).not.toBe(context.native.symbols.wb_thread_id());
    expect(context.native.symbols.wb_core_count_of(id as number)).toBeGreaterThan(0);
    await open.close();
  });

  test(`${dispatcher.id} settles calls with random aborts, throws and timeouts as they were to end`, async () => {
    const open = await dispatcher.open(contextOf({ kind: "spin", spinNs: 20_000 }));
    const ended = await callAtRandom(open, { calls: 3_000, inFlight: 6, seed: 5n });
    expect(ended).toEqual({ mistaken: [], settled: 3_000 });
    expect(open.strayAnswers?.()).toBe(0);
    await open.close();
  });

  test(`${dispatcher.id} says why its work cannot be opened, and leaves nothing behind`, async () => {
    const context = { ...contextOf(nothing), libraryPath: "/nowhere/libnone.so" };
    const error = await rejectionOf(dispatcher.open(context));
    expect((error as Error).message).toContain("/nowhere/libnone.so");
  });
}
