import { expect, test } from "bun:test";
import fc from "fast-check";
import { PendingCalls } from "../../src/dispatch/calls.ts";
import { shown } from "../../src/dispatch/check-call.ts";
import { JobError } from "../../src/dispatch/dedicated.ts";
import type { CallOptions } from "../../src/dispatch/options.ts";

/** A table that remembers which slots it abandoned. */
function table(capacity: number, timeoutMs?: number) {
  const abandoned: number[] = [];
  const calls = new PendingCalls<number>({
    capacity,
    timeoutMs,
    onAbandon: (slot) => abandoned.push(slot),
  });
  return { calls, abandoned };
}

/** How a call ended, and how often. */
function watch(promise: Promise<number>) {
  const seen = { endings: [] as unknown[] };
  promise.then(
    (answer) => seen.endings.push(answer),
    (error) => seen.endings.push(error),
  );
  return seen;
}

function start(calls: PendingCalls<number>, options?: CallOptions) {
  const slot = calls.open(options);
  return { slot, promise: calls.promiseOf(slot, options) };
}

type Step =
  | { readonly kind: "call"; readonly signal: number }
  | { readonly kind: "answer" | "fail" | "finish"; readonly nth: number }
  | { readonly kind: "abort"; readonly signal: number }
  | { readonly kind: "stray" }
  | { readonly kind: "rejectAll" }
  | { readonly kind: "takeBack" };

const signalCount = 3;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("call" as const), signal: fc.integer({ min: -2, max: 2 }) }),
  fc.record({
    kind: fc.constantFrom("answer" as const, "fail" as const, "finish" as const),
    nth: fc.nat(7),
  }),
  fc.record({ kind: fc.constant("abort" as const), signal: fc.nat(signalCount - 1) }),
  fc.constantFrom<Step>({ kind: "stray" }, { kind: "rejectAll" }, { kind: "takeBack" }),
);

/** What the table must do, said plainly: a list of calls that have not been answered. */
type Sent = { slot: number; signal: number; expected: unknown; seen: { endings: unknown[] } };

test("whatever comes in whatever order, each call is settled once, with what came first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), runModel),
    { numRuns: 300 },
  );
});

async function runModel(steps: readonly Step[], capacity: number): Promise<void> {
  const { calls, abandoned } = table(capacity);
  const controllers = Array.from({ length: signalCount }, () => new AbortController());
  let sent: Sent[] = [];
  const all: Sent[] = [];
  const expectedAbandoned: number[] = [];
  let strays = 0;
  const pending = () => sent.filter(({ expected }) => expected === undefined);
  const abandon = (which: readonly Sent[], reason: unknown) => {
    for (const call of which) {
      call.expected = reason;
      expectedAbandoned.push(call.slot);
    }
  };
  for (const one of steps) {
    if (one.kind === "call") {
      const signal = controllers[one.signal]?.signal;
      const options = one.signal === -2 ? undefined : { signal };
      if (signal?.aborted) {
        expect(() => calls.open(options)).toThrow(signal.reason);
      } else if (sent.length === capacity) {
        expect(() => calls.open(options)).toThrow(/calls? (is on its|are on their) way already/);
      } else {
        const { slot, promise } = start(calls, options);
        expect(sent.map((other) => other.slot)).not.toContain(slot);
        const call = { slot, signal: one.signal, expected: undefined, seen: watch(promise) };
        sent.push(call);
        all.push(call);
      }
    } else if (one.kind === "abort") {
      const reason = new Error(`abort ${one.signal}`);
      if (!controllers[one.signal]?.signal.aborted) {
        const hit = pending().filter(({ signal }) => signal === one.signal);
        controllers[one.signal]?.abort(reason);
        abandon(hit, reason);
      }
    } else if (one.kind === "rejectAll") {
      const reason = new Error("all");
      const hit = pending();
      calls.rejectAll(reason);
      abandon(
        hit.toSorted((left, right) => left.slot - right.slot),
        reason,
      );
    } else if (one.kind === "takeBack") {
      if (sent.length < capacity) calls.takeBack(calls.open(undefined));
    } else if (one.kind === "stray") {
      const slot = Array.from({ length: capacity }, (_, index) => index).find(
        (index) => !sent.some((call) => call.slot === index),
      );
      if (slot !== undefined) {
        calls.answer(slot, -1);
        strays++;
      }
    } else {
      const call = sent[one.nth % Math.max(1, sent.length)];
      if (call === undefined) continue;
      const outcome = one.kind === "fail" ? new Error("failed") : one.nth;
      if (one.kind === "finish") {
        calls.finish(call.slot);
        if (call.expected === undefined) {
          strays++; // It still waits: nothing else may happen to it.
          continue;
        }
      } else if (one.kind === "fail") calls.fail(call.slot, outcome);
      else calls.answer(call.slot, one.nth);
      call.expected ??= outcome;
      sent = sent.filter((other) => other !== call);
    }
    expect(calls.taken).toBe(sent.length);
    expect(calls.waiting).toBe(pending().length);
    for (const { slot, expected } of sent) {
      expect(calls.isAwaited(slot)).toBe(expected === undefined);
    }
  }
  await Bun.sleep(0);
  for (const { expected, seen } of all) {
    expect(seen.endings).toEqual(expected === undefined ? [] : [expected]);
  }
  expect(abandoned).toEqual(expectedAbandoned);
  expect(calls.strays).toBe(strays);
}

/** A signal that counts what listens to it. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const counted = { controller, signal, listeners: 0 };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...given: Parameters<typeof add>) => {
    counted.listeners++;
    add(...given);
  }) as typeof signal.addEventListener;
  signal.removeEventListener = ((...given: Parameters<typeof remove>) => {
    counted.listeners--;
    remove(...given);
  }) as typeof signal.removeEventListener;
  return counted;
}

test("a signal has one listener for all its calls, and none when none is left", async () => {
  const { calls } = table(8);
  const counted = countedSignal();
  const started = Array.from({ length: 5 }, () => start(calls, { signal: counted.signal }));
  expect(counted.listeners).toBe(1);
  for (const { slot } of started) calls.answer(slot, slot);
  expect(counted.listeners).toBe(0);
  expect(await Promise.all(started.map(({ promise }) => promise))).toEqual([0, 1, 2, 3, 4]);
});

test("a signal's own reason is what a call is rejected with, as it is", async () => {
  const { calls } = table(2);
  const controller = new AbortController();
  const { promise } = start(calls, { signal: controller.signal });
  controller.abort("a reason");
  expect(await promise.catch((reason) => reason)).toBe("a reason");
  expect(() => calls.open({ signal: controller.signal })).toThrow("a reason");
});

test("calls time out in the order of their deadlines, and only those that have one", async () => {
  const { calls, abandoned } = table(8);
  const order: number[] = [];
  const plain = start(calls);
  const late = [30, 10, 20].map(async (timeoutMs) => {
    const error = await start(calls, { timeoutMs }).promise.catch((reason) => reason);
    expect(error).toBeInstanceOf(DOMException);
    expect(error.name).toBe("TimeoutError");
    order.push(timeoutMs);
  });
  await Promise.all(late);
  expect(order).toEqual([10, 20, 30]);
  expect(abandoned.toSorted()).toEqual([1, 2, 3]);
  expect(calls.waiting).toBe(1);
  expect(calls.taken).toBe(4);
  calls.answer(plain.slot, 5);
  expect(await plain.promise).toBe(5);
});

test("a call without a timeout of its own has the worker's", async () => {
  const { calls } = table(2, 5);
  const short = start(calls);
  const long = start(calls, { timeoutMs: 1e9 });
  expect(await short.promise.catch((reason) => reason.name)).toBe("TimeoutError");
  expect(calls.isAwaited(long.slot)).toBe(true);
  calls.answer(long.slot, 1);
  calls.stop();
  expect(await long.promise).toBe(1);
});

test("a deadline of a call that was answered is not its slot's next call's", async () => {
  const { calls } = table(1);
  const first = start(calls, { timeoutMs: 5 });
  calls.answer(first.slot, 1);
  const second = start(calls);
  const third = table(1);
  // Later than the deadline, by the same timers.
  expect(await start(third.calls, { timeoutMs: 15 }).promise.catch(({ name }) => name)).toBe(
    "TimeoutError",
  );
  expect(calls.isAwaited(second.slot)).toBe(true);
  calls.answer(second.slot, 2);
  expect(await second.promise).toBe(2);
});

test.each([Number.NaN, -1, "5"])("%p is no timeout, and nothing is taken", (timeoutMs) => {
  const { calls } = table(2);
  expect(() => calls.open({ timeoutMs: timeoutMs as number })).toThrow("no number of milliseconds");
  expect(() => table(1, timeoutMs as number)).toThrow("no number of milliseconds");
  expect(calls.taken).toBe(0);
});

test.each([
  ["a call has no options null", null],
  ['a call has no option "timeout"', { timeout: 5 }],
  ["a call has no option", AbortSignal.abort()],
  ["signal null is no AbortSignal", { signal: null }],
  ["signal {} is no AbortSignal", { signal: {} }],
])("%s: refused, and nothing is taken", (message, options) => {
  const { calls } = table(2);
  expect(() => calls.open(options as CallOptions)).toThrow(message);
  expect(calls.taken).toBe(0);
});

test("it is idle when the last abandoned call is answered", async () => {
  const { calls } = table(2);
  await calls.idle();
  const { slot, promise } = start(calls);
  calls.refuse(new Error("closed"));
  calls.rejectAll(new Error("rejected"));
  let isIdle = false;
  const idle = calls.idle().then(() => {
    isIdle = true;
  });
  expect(await promise.catch(({ message }) => message)).toBe("rejected");
  expect(isIdle).toBe(false);
  calls.answer(slot, 1);
  await idle;
  expect(() => calls.open(undefined)).toThrow("closed");
});

test("what a job threw shows the worker's name, message and stack", () => {
  const thrown = { name: "RangeError", message: "too far", stack: "RangeError: too far\n at job" };
  const error = new JobError(thrown);
  expect(error).toBeInstanceOf(Error);
  expect({ name: error.name, message: error.message, stack: error.stack }).toEqual(thrown);
});

test("an error names a value on one line, however large it is", () => {
  expect(shown({ kin: "text" })).toBe('{ kin: "text", }');
  expect(shown("text")).toBe('"text"');
  expect(shown(new Uint8Array(1e6))).toMatch(/^Uint8Array\(1000000\) \[ 0, 0,[0, ]*…$/);
});
