import { expect, test } from "bun:test";
import { DedicatedWorker, JobError } from "../../src/dispatch.ts";
import type { jobs } from "./fixtures/jobs.ts";
import { channels, codeOf, errorOf, fixture, openWorker } from "./worker-fixture.ts";

for (const channel of channels) {
  test(`${channel}: a job's arguments and its answer are what was sent, whatever they are`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const values = [0, -0, 1.5, 2 ** 53 - 1, Number.NaN, Number.NEGATIVE_INFINITY, 7n, "", "text"];
    const shapes = [
      null,
      undefined,
      true,
      [1, [2]],
      { a: { b: 1 } },
      new Map([[1, 2]]),
      new Date(5),
    ];
    for (const value of [...values, ...shapes]) {
      expect(await worker.call("echo", [value])).toStrictEqual(value);
    }
    expect(await worker.call("echo", [new Uint8Array([1, 2])])).toEqual(new Uint8Array([1, 2]));
    expect(await worker.call("add", [1, 2])).toBe(3);
    expect(await worker.call("nothing")).toBeUndefined();
    expect(await worker.call("nothing", [])).toBeUndefined();
    expect(await worker.call("greet", ["Ada"])).toBe("Hello, Ada");
    expect(await worker.call("greet", ["Ada", "Hi"])).toBe("Hi, Ada");
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: asynchronous jobs are awaited, and do not mix up their answers`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const calls = numbers.flatMap((number) => [
      worker.call("later", [number]),
      worker.call("echo", [number]),
      worker.call("atOnce", [number]),
      worker.call("thenable", [number]),
    ]);
    expect(await Promise.all(calls)).toEqual(numbers.flatMap((number) => Array(4).fill(number)));
    expect(worker.waiting).toBe(0);
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: what a job throws comes back with its name, message, code, cause and stack`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const { stackTraceLimit } = Error;
    const error = (await errorOf(worker.call("fail", [12]))) as JobError;
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(error).toBeInstanceOf(JobError);
    expect([error.name, error.message, error.code]).toEqual(["OddError", "no 12", "E_ODD"]);
    expect(error.stack).toMatch(/fixtures\/jobs\.ts:\d+/);
    const cause = error.cause as JobError;
    expect([cause.name, cause.message, cause.cause]).toEqual(["TypeError", "because", { deep: 1 }]);
    const later = await errorOf(worker.call("failLater", [3]));
    expect([later.name, later.message]).toEqual(["OddError", "no 3 later"]);
    expect(later.stack).toMatch(/fixtures\/jobs\.ts:\d+/);
  });

  test(`${channel}: what is thrown and is no error comes back as a JobError's cause`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const text = await errorOf(worker.call("failWith", ["just text"]));
    expect([text.name, text.message, text.cause]).toEqual(["Error", "just text", "just text"]);
    const object = await errorOf(worker.call("failWith", [{ status: 404 }]));
    expect(object).toBeInstanceOf(JobError);
    expect(object.cause).toEqual({ status: 404 });
    expect((await errorOf(worker.call("failWith", [undefined]))).message).toBe("undefined");
    expect((await errorOf(worker.call("failWithFunction"))).message).toContain("Function");
    expect(await errorOf(worker.call("failUnreadably"))).toBeInstanceOf(JobError);
    expect((await errorOf(worker.call("unreadableThen"))).message).toBe("do not look");
    expect(await worker.call("echo", [1])).toBe(1);
  });

  test(`${channel}: what cannot be copied is an error of that call alone`, async () => {
    await using opened = await openWorker({ channel, capacity: 2 });
    const { worker } = opened;
    for (let call = 0; call < 4; call++) {
      const there = await errorOf(worker.call("echo", [() => {}]));
      expect([there.name, there instanceof JobError]).toEqual(["DataCloneError", false]);
      const back = await errorOf(worker.call("uncloneable"));
      expect([back.name, back instanceof JobError]).toEqual(["DataCloneError", true]);
      expect((await errorOf(worker.call("uncloneableLater"))).name).toBe("DataCloneError");
    }
    expect(worker.waiting).toBe(0);
    expect(await worker.call("echo", [{ still: "here" }])).toEqual({ still: "here" });
  });

  test(`${channel}: what is named moves there and back, and is not copied`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const bytes = new Uint8Array([1, 2, 3]);
    const answer = await worker.call("echo", [bytes], { transfer: [bytes.buffer] });
    expect(answer).toEqual(new Uint8Array([1, 2, 3]));
    expect(bytes.length).toBe(0);
    expect(await worker.call("move", [4])).toEqual(new Uint8Array(4).fill(7));
    expect(await worker.call("leftOfMoved")).toBe(0);
  });

  test.each([1, 64])(
    `${channel}: timers have their turns while calls are answered one after the other, %i at once`,
    async (inFlight) => {
      await using opened = await openWorker({ channel });
      const { worker } = opened;
      let isDue = false;
      setTimeout(() => {
        isDue = true;
      }, 1);
      const lane = async () => {
        while (!isDue) await worker.call("echo", [1]);
      };
      await Promise.all(Array.from({ length: inFlight }, lane));
      expect(worker.waiting).toBe(0);
    },
  );

  test(`${channel}: messages that a job posts by itself do no harm`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    for (const message of ["text", 1, null, undefined, { any: "thing" }, { sign: "of life" }]) {
      await worker.call("post", [message]);
    }
    // Behind its answer there may be one more message.
    expect(await worker.call("later", [1])).toBe(1);
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: what cannot be looked at, or only once, is an error of that call alone`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    expect((await errorOf(worker.call("unreadablePromise"))).message).toBe("do not look");
    expect(await errorOf(worker.call("throwUnreadable"))).toBeInstanceOf(JobError);
    const failed = await errorOf(worker.call("failWithOneLook"));
    expect(failed).toMatchObject({ message: "one look", cause: { once: 1 } });
    expect(await worker.call("echo", [1])).toBe(1);
  });

  test(`${channel}: arguments that abort or close while they are copied do that to their own call, too`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    const controller = new AbortController();
    const aborting = {
      get now() {
        controller.abort(new Error("enough"));
        return 1;
      },
    };
    const aborted = worker.call("echo", [aborting], { signal: controller.signal });
    expect((await errorOf(aborted)).message).toBe("enough");
    const closing = {
      get now() {
        void worker.close({ pending: "reject" });
        return 1;
      },
    };
    expect(await codeOf(worker.call("echo", [closing]))).toBe("WORKER_CLOSED");
    await worker.closed;
    expect(worker.waiting).toBe(0);
  });

  test(`${channel}: arguments that make calls while they are copied do not mix up the jobs`, async () => {
    await using worker = new DedicatedWorker<typeof jobs>(fixture("jobs"), { channel });
    const inner: Promise<unknown>[] = [];
    const calling = {
      get now() {
        inner.push(worker.call("add", [1, 2]));
        return 1;
      },
    };
    expect(await worker.call("echo", [calling])).toEqual({ now: 1 });
    expect(await Promise.all(inner)).toEqual([3]);
    expect(await worker.call("greet", ["you"])).toBe("Hello, you");
    expect(await worker.call("add", [3, 4])).toBe(7);
  });

  test(`${channel}: a job's name may be empty`, async () => {
    // The first call of all: none was the last one yet.
    await using worker = new DedicatedWorker<typeof jobs>(fixture("jobs"), { channel });
    expect(await worker.call("", [1, 2])).toBe(3);
  });

  test(`${channel}: a Worker may have a worker of its own`, async () => {
    await using opened = await openWorker({ channel });
    expect(await opened.worker.call("viaAnother", [5])).toBe(5);
  });

  test(`${channel}: a job that is not served is told by name, with those that are`, async () => {
    await using opened = await openWorker({ channel });
    const { worker } = opened;
    // @ts-expect-error There is no such job.
    const error = await errorOf(worker.call("ad", [1, 2]));
    expect(error.message).toContain('"ad"');
    expect(error).toMatchObject({ code: "JOB_UNKNOWN", remedy: expect.stringContaining("add") });
    // @ts-expect-error What every object has is no job.
    expect(await codeOf(worker.call("toString"))).toBe("JOB_UNKNOWN");
    expect(await worker.call("add", [1, 2])).toBe(3);
  });
}

test("calls are typed by the jobs of the module", async () => {
  await using opened = await openWorker({});
  const { worker } = opened;
  const sum: number = await worker.call("add", [1, 2]);
  const text: string = await worker.call("greet", ["Ada"]);
  const later: number = await worker.call("later", [sum]);
  expect([sum, text, later]).toEqual([3, "Hello, Ada", 3]);
  // @ts-expect-error The answer is a number.
  const wrong: string = await worker.call("add", [1, 2]);
  // @ts-expect-error It needs two numbers.
  const missing = await worker.call("add", [1]);
  // @ts-expect-error It needs arguments.
  const none = await worker.call("add");
  // @ts-expect-error It needs a number.
  const text2 = await worker.call("later", ["1"]);
  expect([wrong as unknown, missing, none, text2 as unknown]).toEqual([3, NaN, NaN, "1"]);
});

test("a worker without a type takes every name, and its answers are unknown", async () => {
  await using worker = new DedicatedWorker(fixture("jobs"));
  const sum = await worker.call("add", [1, 2]);
  // @ts-expect-error It is unknown what that is.
  const wrong: number = sum;
  expect([sum, wrong as unknown]).toEqual([3, 3]);
});
