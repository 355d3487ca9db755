import { expect, test } from "bun:test";
import { checkWorkerOptions } from "../../src/dispatch/worker-options.ts";
import { DedicatedWorker, WakerbenchError, type WorkerChannel } from "../../src/dispatch.ts";
import type { jobs as lateJobs } from "./fixtures/serves-late.ts";
import type { jobs as sleepingJobs } from "./fixtures/sleeps-natively.ts";
import { newTallies } from "./fixtures/tallies.ts";
import { channels, codeOf, errorOf, fixture, openWorker, turn } from "./worker-fixture.ts";

type AnyJobs = { echo(value: number): number };

for (const channel of channels) {
  test(`${channel}: a Worker that exits in the middle of a job rejects all calls, and says its code`, async () => {
    const { worker } = await openWorker({ channel });
    const calls = [worker.call("wait"), worker.call("exit", [3]), worker.call("echo", [1])];
    const errors = await Promise.all(calls.map(errorOf));
    for (const error of errors) {
      expect(error).toBeInstanceOf(WakerbenchError);
      expect(error).toMatchObject({ code: "WORKER_DIED" });
      expect(error.message).toContain("exit code 3");
    }
    await worker.closed;
    expect(await codeOf(worker.call("echo", [1]))).toBe("WORKER_DIED");
    await worker.close();
  });

  test.each([
    ["crashOutside", "outside of a job"],
    ["rejectOutside", "nobody caught this"],
  ] as const)(`${channel}: %s rejects all calls, and says of what it died`, async (job, text) => {
    const { worker } = await openWorker({ channel });
    const errors = await Promise.all([worker.call("wait"), worker.call(job)].map(errorOf));
    for (const error of errors) {
      expect(error).toMatchObject({ code: "WORKER_DIED" });
      expect(error.message).toContain(`TypeError: ${text}`);
      expect((error.cause as Error).stack).toMatch(/fixtures\/jobs\.ts:\d+/);
    }
    await worker.close();
  });

  test(`${channel}: answers that were sent before the Worker exited are heard`, async () => {
    const { worker } = await openWorker({ channel });
    const answered = [1, 2, 3].map((value) => worker.call("echo", [value]));
    const objects = [1, 2, 3].map((value) => worker.call("echo", [{ value }]));
    const exit = codeOf(worker.call("exit", [0]));
    expect(await Promise.all(answered)).toEqual([1, 2, 3]);
    expect(await Promise.all(objects)).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
    expect(await exit).toBe("WORKER_DIED");
    await worker.closed;
  });

  test.each([
    ["nowhere", "nowhere.ts"],
    ["bad-load", "SyntaxError: cannot load"],
    ["ends-without-serving", "serve()"],
    ["serves-no-function", 'the job "limit" is no function'],
    ["serves-nothing", "serve() was given null instead of jobs"],
    ["throws-an-error", "the worker has died: cannot open the database"],
    ["serves-twice", "serve() was called twice"],
  ])(`${channel}: a call to the module %s is rejected, and says why`, async (name, text) => {
    const worker = new DedicatedWorker<AnyJobs>(fixture(name), { channel });
    const error = await errorOf(worker.call("echo", [1]));
    expect(error).toMatchObject({ code: "WORKER_DIED" });
    expect(error.message).toContain(text);
    // It had begun to serve there.
    if (name !== "serves-twice") {
      expect(error).toMatchObject({ remedy: expect.stringContaining("no call was begun") });
    }
    await worker.closed;
    await worker.close();
  });

  test(`${channel}: a module that lives on without serving is given up`, async () => {
    const worker = new DedicatedWorker<AnyJobs>(fixture("stays-without-serving"), {
      channel,
      startTimeoutMs: 50,
    });
    const error = await errorOf(worker.call("echo", [1]));
    expect(error).toMatchObject({ code: "WORKER_DIED" });
    expect(error.message).toContain("serve()");
    await worker.closed;
  });

  test(`${channel}: a module may have something to wait for before it serves`, async () => {
    await using worker = new DedicatedWorker<typeof lateJobs>(fixture("serves-late"), { channel });
    expect(await Promise.all([1, 2].map((value) => worker.call("echo", [value])))).toEqual([1, 2]);
  });

  test(`${channel}: a Worker inside a native call rejects at once, and has ended when that returns`, async () => {
    const worker = new DedicatedWorker<typeof sleepingJobs>(fixture("sleeps-natively"), {
      channel,
    });
    const shared = newTallies();
    const call = codeOf(worker.call("sleepNatively", [shared, 300]));
    while (Atomics.load(shared, 0) === 0) await turn();
    const closing = worker.close({ pending: "reject" });
    expect(await call).toBe("WORKER_CLOSED");
    expect(Atomics.load(shared, 0)).toBe(1);
    await closing;
  });
}

test("serve says that it is for a Worker", async () => {
  const { serve } = await import("../../src/dispatch.ts");
  expect(() => serve({})).toThrow("outside of a Worker");
});

test("a worker that cannot be as it is asked for says so", () => {
  const make = (options: object) => () => new DedicatedWorker(fixture("jobs"), options);
  for (const options of [
    { channel: "pigeon" },
    { capacity: 0 },
    { capacity: 1.5 },
    { capacity: 2 ** 21 },
    { timeoutMs: -1 },
    { startTimeoutMs: Number.NaN },
    { chanel: "atomics" },
  ]) {
    expect(make(options)).toThrow(expect.objectContaining({ code: "DISPATCH_OPTION_BAD" }));
  }
});

test("what a worker cannot be told is refused, and it lives on", async () => {
  await using opened = await openWorker({});
  const worker = opened.worker as unknown as DedicatedWorker<AnyJobs>;
  const noArray = { timeoutMs: 5 } as unknown as [number];
  expect(await errorOf(worker.call("echo", noArray))).toMatchObject({
    code: "DISPATCH_OPTION_BAD",
    message: expect.stringContaining('the arguments of "echo" are no array'),
  });
  const noSignal = { signal: {} as AbortSignal };
  expect(await codeOf(worker.call("echo", [1], noSignal))).toBe("DISPATCH_OPTION_BAD");
  expect(await codeOf(worker.close({ pending: "later" as "drain" }))).toBe("DISPATCH_OPTION_BAD");
  expect(worker.waiting).toBe(0);
  expect(await worker.call("echo", [2])).toBe(2);
});

test("a Bun whose atomics lose calls is refused, its messages are not", () => {
  const check = (channel: WorkerChannel, version: string) => () =>
    checkWorkerOptions({ channel }, version);
  expect(check("atomics", "1.3.14")).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  for (const channel of channels) expect(check(channel, "1.4.0")).not.toThrow();
  expect(check("message-port", "1.3.14")).not.toThrow();
});
