import { ptr } from "bun:ffi";
import { expect, test } from "bun:test";
import {
  DedicatedThread,
  type DedicatedThreadOptions,
  JobError,
  type JobInput,
} from "../../src/dispatch.ts";
import { JobKind } from "../../src/dispatchers/thread-jobs.ts";
import { endingOf, occupy, openThread } from "./thread-fixture.ts";

test("a number is answered with a number, one call at a time and many at once, in order", async () => {
  await using opened = openThread();
  const { thread } = opened;
  expect(await thread.call(-0.5)).toBe(-0.5);
  const order: number[] = [];
  const calls = Array.from({ length: 3_000 }, async (_, number) => {
    expect(await thread.call(number)).toBe(number);
    order.push(number);
  });
  expect(thread.waiting).toBe(3_000);
  await Promise.all(calls);
  expect(order).toEqual(order.toSorted((left, right) => left - right));
  expect(thread.waiting).toBe(0);
  expect(thread.counts.performed).toBe(3_001);
});

test("bytes are copied on their way there and on their way back", async () => {
  await using opened = openThread();
  const sent = Uint8Array.of(1, 2, 3);
  const call = opened.thread.call({ kind: JobKind.reverse, bytes: sent });
  sent.fill(9);
  const first = await call;
  expect(first).toEqual(Uint8Array.of(3, 2, 1));
  const large = new Uint8Array(1_000_000).map((_, index) => index);
  expect(await opened.thread.call({ kind: JobKind.reverse, bytes: large })).toEqual(
    large.toReversed(),
  );
  const none = { kind: JobKind.reverse, bytes: new Uint8Array(0) };
  expect(await opened.thread.call(none)).toEqual(new Uint8Array(0));
  const part = new Uint8Array(large.buffer, 5, 2);
  expect(await opened.thread.call({ kind: JobKind.reverse, bytes: part })).toEqual(
    Uint8Array.of(6, 5),
  );
  expect(first).toEqual(Uint8Array.of(3, 2, 1));
  // Bytes alone are a call of kind 0, which answers with its number.
  expect(await opened.thread.call(sent)).toBe(0);
});

test("a job that says nothing answers with undefined", async () => {
  await using opened = openThread();
  expect(await opened.thread.call({ kind: JobKind.silence, number: 5 })).toBeUndefined();
});

test("what a job fails with comes back with name, message and the place in the library", async () => {
  await using opened = openThread();
  const error = await opened.thread
    .call({ kind: JobKind.fail, number: 17 })
    .catch((error) => error);
  expect(error).toBeInstanceOf(JobError);
  expect(error.name).toBe("PurposeError");
  expect(error.message).toBe("call 17 failed on purpose");
  expect(error.stack).toMatch(
    /^PurposeError: call 17.*\n {4}at perform \(zig\/dedicated_jobs\.zig:/,
  );
  expect(await endingOf(opened.thread.call({ kind: 4_000_000_000 }))).toBe("RangeError");
  expect(await opened.thread.call(1)).toBe(1);
});

test("a call too many is refused, and the next finds room when one is answered", async () => {
  await using opened = openThread({ capacity: 3 });
  const { thread } = opened;
  const job = occupy(thread);
  const queued = [thread.call(1), thread.call(2)];
  const refused = await thread.call(3).catch((error) => error);
  expect(refused).toMatchObject({
    code: "QUEUE_FULL",
    message: expect.stringContaining("3 calls"),
  });
  await job.release();
  expect(await Promise.all(queued)).toEqual([1, 2]);
  expect(await thread.call(4)).toBe(4);
});

test.each([-1, 1.5, 2 ** 32, Number.NaN])(
  "%p is no kind of call, and takes no room",
  async (kind) => {
    await using opened = openThread({ capacity: 1 });
    expect(await endingOf(opened.thread.call({ kind }))).toBe("DISPATCH_OPTION_BAD");
    expect(await opened.thread.call(1)).toBe(1);
  },
);

test.each([
  ['a job cannot be called with "text"', "text"],
  ["a job cannot be called with null", null],
  ["a job cannot be called with ArrayBuffer", new ArrayBuffer(3)],
  ["a job cannot be called with Float64Array", new Float64Array(3)],
  ["a job cannot be called with {", { kin: 3 }],
  ['kind "3" is no kind of call', { kind: "3" }],
  ['number "3" is no number', { number: "3" }],
  ["number 3n is no number", { number: 3n }],
  ['bytes "text" are no Uint8Array', { bytes: "text" }],
  ["bytes null are no Uint8Array", { bytes: null }],
  ["bytes ArrayBuffer", { bytes: new ArrayBuffer(3) }],
  ["bytes Float64Array", { bytes: new Float64Array(3) }],
])("%s: refused instead of sent in part, and takes no room", async (message, input) => {
  await using opened = openThread({ capacity: 1 });
  const error = await opened.thread.call(input as JobInput).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: "DISPATCH_OPTION_BAD",
    message: expect.stringContaining(message),
  });
  expect(await opened.thread.call({})).toBe(0);
  expect(opened.thread.counts.performed).toBe(1);
});

test("an input that closes the thread while it is read is refused by that close", async () => {
  await using opened = openThread();
  const { thread } = opened;
  const closing = {
    get number() {
      void thread.close({ pending: "reject" });
      return 1;
    },
  };
  expect(await endingOf(thread.call(closing))).toBe("WORKER_CLOSED");
  await thread.closed;
  expect(thread.waiting).toBe(0);
});

test.each([
  [undefined, "a worker is opened with options"],
  [{}, "work undefined is no address"],
  [{ work: 0 }, "work 0 is no address"],
  [{ work: null }, "work null is no address"],
  [{ work: ptr }, "work [Function"],
  [{ work: 1, capacity: 0 }, "capacity 0 is no number of calls"],
  [{ work: 1, capacity: 2 ** 21 }, "capacity 2097152 is no number of calls"],
  [{ work: 1, wait: "spin" }, 'wait "spin" is unknown'],
  [{ work: 1, size: 5 }, 'a worker has no option "size"'],
])("%j is refused: %s", (options, message) => {
  expect(() => new DedicatedThread(options as DedicatedThreadOptions)).toThrow(message);
});

test("options that are only wrong for the ring or for calls are refused, and nothing is left open", () => {
  expect(() => openThread({ doorbell: "bell" as "pipe" })).toThrow('doorbell "bell" is unknown');
  expect(() => openThread({ timeoutMs: -1 })).toThrow("timeoutMs -1 is no number");
  expect(() => openThread({ library: "/nowhere/libwakerbench.so" })).toThrow(
    expect.objectContaining({ code: "LIBRARY_NOT_FOUND" }),
  );
});

test.each([
  ["of another header", 77, "work has the ABI 77, but this is 1"],
  ["without a job", 1, "work has no job"],
])("a library %s is refused, and why is said", (_, abi, message) => {
  // A wakerbench_work whose pointers are all NULL.
  const otherWork = new Uint32Array(new ArrayBuffer(48));
  otherWork[0] = abi;
  const error = (() => {
    try {
      new DedicatedThread({ work: ptr(otherWork) });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ code: "DISPATCH_OPEN_FAILED", message });
});

test("a thread of numbers is a thread to who asks for any", async () => {
  await using opened = openThread();
  const numbers = opened.thread as DedicatedThread<number>;
  const any: DedicatedThread = numbers;
  // @ts-expect-error Not every answer is a number.
  const wrong: DedicatedThread<number> = any;
  const answers: number[] = [await numbers.call(1), await wrong.call(2)];
  expect([...answers, await any.call(3)]).toEqual([1, 2, 3]);
});
