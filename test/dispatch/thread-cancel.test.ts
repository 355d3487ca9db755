import { expect, test } from "bun:test";
import { JobKind } from "../../src/dispatchers/thread-jobs.ts";
import { endingOf, occupy, openThread, untilBegun } from "./thread-fixture.ts";

const untilCancelled = { kind: JobKind.untilCancelled };

test("a signal that is aborted already rejects the call, which is not sent", async () => {
  await using opened = openThread();
  const reason = new Error("never mind");
  const call = opened.thread.call(1, { signal: AbortSignal.abort(reason) });
  expect(await call.catch((error) => error)).toBe(reason);
  expect(await opened.thread.call(2)).toBe(2);
  expect(opened.thread.counts).toMatchObject({ performed: 1, takenBack: 0 });
});

test("a call that is cancelled before its turn is rejected at once and never begun", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const job = occupy(thread);
  await untilBegun(thread, 1);
  const controller = new AbortController();
  const { signal } = controller;
  // Were one of them begun, it would end the thread.
  const calls = Array.from({ length: 10 }, () => thread.call({ kind: JobKind.die }, { signal }));
  const endings = Promise.all(calls.map(endingOf));
  controller.abort();
  expect(await endings).toEqual(calls.map(() => "AbortError"));
  await job.release();
  expect(await thread.call(1)).toBe(1);
  expect(thread.counts).toMatchObject({ performed: 2, takenBack: 10 });
});

test("a call that runs is rejected at once when it is cancelled, and its job is told", async () => {
  await using opened = openThread({ capacity: 1 });
  const { thread } = opened;
  const controller = new AbortController();
  const call = endingOf(thread.call(untilCancelled, { signal: controller.signal }));
  await untilBegun(thread, 1);
  controller.abort("reason");
  expect(await call).toBe("reason");
  // The job answers all the same; its place is free then, and no other call hears it.
  let ending: unknown = "QUEUE_FULL";
  while (ending === "QUEUE_FULL") {
    await Bun.sleep(1);
    ending = await endingOf(thread.call(7));
  }
  expect(ending).toBe(7);
  expect(thread.strays).toBe(0);
});

test("a call times out before its turn and while it runs, by its own timeout or the worker's", async () => {
  await using opened = openThread({ timeoutMs: 20 });
  const { thread } = opened;
  const running = endingOf(thread.call(untilCancelled));
  const queued = endingOf(thread.call({ kind: JobKind.die }, { timeoutMs: 1 }));
  expect(await queued).toBe("TimeoutError");
  expect(await running).toBe("TimeoutError");
  expect(await thread.call(3)).toBe(3);
  expect(thread.counts).toMatchObject({ performed: 2, takenBack: 1 });
});

test("what a cancelled job answers with bytes or an error is dropped", async () => {
  await using opened = openThread();
  const { thread } = opened;
  for (const kind of [JobKind.reverse, JobKind.fail]) {
    const controller = new AbortController();
    const bytes = new Uint8Array(1_000);
    const call = endingOf(thread.call({ kind, bytes }, { signal: controller.signal }));
    // The answer is there, but the loop has not heard of it.
    while (thread.counts.performed < (kind === JobKind.reverse ? 1 : 3)) Bun.sleepSync(1);
    controller.abort("late");
    expect(await call).toBe("late");
    expect(await thread.call(1)).toBe(1);
  }
  expect(thread.strays).toBe(0);
});
