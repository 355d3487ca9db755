import { expect, test } from "bun:test";
import { JobKind } from "../../src/dispatchers/thread-jobs.ts";
import type { RingDoorbell } from "../../src/ring.ts";
import { contextOf } from "../dispatchers/context.ts";
import { endingOf, openThread } from "./thread-fixture.ts";

const doorbells: readonly RingDoorbell[] =
  process.platform === "linux" ? ["callback", "eventfd", "pipe", "napi"] : ["callback", "pipe"];

/** How much later a timer of 30 ms comes on this machine, now. */
async function latenessMs(): Promise<number> {
  const startedMs = performance.now();
  await Bun.sleep(30);
  return performance.now() - startedMs - 30;
}

test.each(doorbells)(
  "over %s, a thread that is killed in the middle of 64 calls rejects each within 100 ms",
  async (doorbell) => {
    await using opened = openThread({ doorbell });
    const { thread } = opened;
    const before = Array.from({ length: 20 }, (_, number) => endingOf(thread.call(number)));
    const lateness = latenessMs();
    const startedMs = performance.now();
    const die = { kind: JobKind.die, bytes: new Uint8Array(100) };
    const after = Array.from({ length: 44 }, (_, nth) =>
      endingOf(nth === 0 ? thread.call(die) : thread.call({ number: nth, bytes: die.bytes })),
    );
    expect(await Promise.all(after)).toEqual(after.map(() => "WORKER_DIED"));
    const tookMs = performance.now() - startedMs;
    // What was answered before the death is no less answered.
    expect(await Promise.all(before)).toEqual(before.map((_, number) => number));
    expect(tookMs - (await lateness)).toBeLessThan(100);
    await thread.closed;
    expect(await endingOf(thread.call(1))).toBe("WORKER_DIED");
    expect(thread).toMatchObject({ waiting: 0, strays: 0 });
    await thread.close();
  },
);

test("all that was answered before the death is heard, however much that is", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const calls = Array.from({ length: 4_000 }, (_, number) => endingOf(thread.call(number)));
  calls.push(endingOf(thread.call({ kind: JobKind.die })));
  // The loop is busy with something else meanwhile.
  while (thread.counts.performed <= 4_000) Bun.sleepSync(1);
  const endings = await Promise.all(calls);
  expect(endings.pop()).toBe("WORKER_DIED");
  expect(endings).toEqual(endings.map((_, number) => number));
});

test("a thread that dies while it is closed does not hold up the close", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const calls = [thread.call(1), thread.call({ kind: JobKind.die }), thread.call(2)].map(endingOf);
  await thread.close();
  expect(await Promise.all(calls)).toEqual([1, "WORKER_DIED", "WORKER_DIED"]);
});

test("a thread that died of a call which nobody awaits any more is found dead by the next", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const controller = new AbortController();
  const call = endingOf(thread.call({ kind: JobKind.die }, { signal: controller.signal }));
  while (thread.counts.performed === 0) Bun.sleepSync(1);
  controller.abort("enough");
  expect(await call).toBe("enough");
  expect(await endingOf(thread.call(1))).toBe("WORKER_DIED");
});

test("many threads die after each other, and nothing of them is left", async () => {
  const { native } = contextOf({ kind: "yield" });
  const threads = [];
  for (let round = 0; round < 10; round++) {
    await using opened = openThread();
    threads.push(opened.thread.threadId);
    expect(await endingOf(opened.thread.call({ kind: JobKind.die }))).toBe("WORKER_DIED");
    await opened.thread.closed;
  }
  for (const id of threads) expect(native.symbols.wb_core_count_of(id)).toBeLessThan(0);
});
