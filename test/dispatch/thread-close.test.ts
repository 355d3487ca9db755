import { expect, test } from "bun:test";
import { JobKind } from "../../src/dispatchers/thread-jobs.ts";
import type { RingDoorbell } from "../../src/ring.ts";
import { endingOf, occupy, openThread, untilBegun } from "./thread-fixture.ts";

const doorbells: readonly RingDoorbell[] =
  process.platform === "linux" ? ["callback", "eventfd", "pipe", "napi"] : ["callback", "pipe"];

test.each(doorbells)(
  "over %s, close answers what was called before, then ends",
  async (doorbell) => {
    await using opened = openThread({ doorbell });
    const { thread, lives } = opened;
    const calls = Array.from({ length: 500 }, (_, number) => thread.call(number));
    const closed = thread.close();
    expect(await endingOf(thread.call(1))).toBe("WORKER_CLOSED");
    expect(await Promise.all(calls)).toEqual(calls.map((_, number) => number));
    await closed;
    expect(lives()).toEqual({ started: 1, stopped: 1 });
    expect(await endingOf(thread.call(1))).toBe("WORKER_CLOSED");
    expect(thread).toMatchObject({ waiting: 0, strays: 0, counts: { performed: 500 } });
  },
);

test("close with reject rejects what waits at once, and begins none of it", async () => {
  await using opened = openThread();
  const { thread, lives } = opened;
  const running = endingOf(thread.call({ kind: JobKind.untilCancelled }));
  await untilBegun(thread, 1);
  const queued = Array.from({ length: 5 }, () => endingOf(thread.call({ kind: JobKind.die })));
  const closed = thread.close({ pending: "reject" });
  expect(thread.waiting).toBe(0);
  const endings = await Promise.all([running, ...queued]);
  expect(new Set(endings)).toEqual(new Set(["WORKER_CLOSED"]));
  await closed;
  expect(lives()).toEqual({ started: 1, stopped: 1 });
  expect(thread.counts).toMatchObject({ performed: 1, takenBack: 5 });
});

test("close with reject begins none of what waits, also when the job that runs returns at once", async () => {
  for (let round = 0; round < 20; round++) {
    await using opened = openThread();
    const { thread } = opened;
    const running = endingOf(thread.call({ kind: JobKind.untilCancelled }));
    await untilBegun(thread, 1);
    // Telling the first leaves the thread time to begin with those behind it.
    const queued = Array.from({ length: 2_000 }, () => endingOf(thread.call(1)));
    await thread.close({ pending: "reject" });
    expect(new Set(await Promise.all([running, ...queued]))).toEqual(new Set(["WORKER_CLOSED"]));
    expect(thread.counts).toMatchObject({ performed: 1, takenBack: 2_000 });
  }
});

test("a close that drains can be made one that rejects, and closing again is closing once", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const running = endingOf(thread.call({ kind: JobKind.untilCancelled }));
  const queued = endingOf(thread.call(1));
  const first = thread.close();
  const second = thread.close({ pending: "reject" });
  expect(await running).toBe("WORKER_CLOSED");
  expect(await queued).toBe("WORKER_CLOSED");
  await Promise.all([first, second, thread.closed, thread.close()]);
  expect(await endingOf(thread.close({ pending: "later" as "drain" }))).toBe("DISPATCH_OPTION_BAD");
});

test("a call that is cancelled while the worker drains does not hold it up", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const job = occupy(thread);
  const last = thread.call(5);
  const closed = thread.close();
  await job.release();
  expect(await last).toBe(5);
  await closed;
});

test("leaving the scope drains, and idle threads close at once, many after each other", async () => {
  for (let round = 0; round < 50; round++) {
    await using opened = openThread({ wait: round % 2 === 0 ? "park" : "adaptive" });
    await using thread = opened.thread;
    if (round % 5 > 0) expect(await thread.call(round)).toBe(round);
  }
});

test("closing from what hears an answer is as good", async () => {
  await using opened = openThread();
  const { thread } = opened;
  await thread.call(1).then(() => thread.close());
  expect(await endingOf(thread.call(1))).toBe("WORKER_CLOSED");
});

test("a library that cannot start rejects all calls with its reason, and the thread is closed", async () => {
  await using opened = openThread({ cannotStart: true });
  const { thread, lives } = opened;
  const error = await thread.call(1).catch((reason) => reason);
  expect(error).toMatchObject({ code: "WORKER_DIED", cause: { name: "StartError" } });
  expect(error.remedy).toContain("no call was begun");
  expect(error.message).toContain("it was told not to start");
  await thread.closed;
  expect(await thread.call(2).catch((reason) => reason)).toBe(error);
  expect(lives()).toEqual({ started: 1, stopped: 0 });
});
