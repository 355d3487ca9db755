import type { Pointer } from "bun:ffi";
import { expect, setDefaultTimeout, test } from "bun:test";
import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { findWaker } from "../../src/wakers/find.ts";
import type { OpenWaker } from "../../src/wakers/waker.ts";
import { until } from "../cli/processes.ts";

setDefaultTimeout(60_000);

const calls = 20_000;
const native = loadLibrary(findLibrary());
const { symbols } = native;

type Flood = {
  /** What was heard, in order: numbers of a message waker, else undefined. */
  readonly heard: readonly unknown[];
  /** How many notifies were still to come at the last entry into JavaScript. */
  readonly leftAtLast: number;
};

/** Lets a native thread ring `calls` times as fast as it can, until the last ring was heard. */
async function flood(id: string, payloadBytes?: number): Promise<Flood> {
  const waker = await findWaker(id);
  const producer = symbols.wb_producer_open(calls) as Pointer;
  const seam = symbols.wb_producer_seam(producer) as Pointer;
  const visit = { libraryPath: findLibrary(), session: null, seam };
  const context = { seam, parameters: {}, payloadBytes, read: readWithBun, visit, native };
  const open = await waker.open(context);
  const heard: unknown[] = [];
  let leftAtLast = calls;
  const ear = listen(open, (message) => {
    heard.push(message);
    leftAtLast = symbols.wb_producer_left(producer);
  });
  try {
    symbols.wb_producer_start(producer, -1, 0);
    await until("the last notify", () => symbols.wb_producer_left(producer) === 0);
    // The last notify has rung before it counts down, so that 1 may be left when it is heard.
    if (id !== "udp") await until("the last ring", () => leftAtLast <= 1);
    if (waker.traits.kind === "message" && id !== "udp") {
      await until("every message", () => heard.length === calls);
    }
  } finally {
    ear.stop();
    symbols.wb_producer_close(producer);
    await open.close();
    await ear.stopped;
  }
  return { heard, leftAtLast };
}

function listen(open: OpenWaker, hear: (message: unknown) => void) {
  if (open.listen !== undefined) {
    open.listen(hear);
    return { stop: () => {}, stopped: Promise.resolve() };
  }
  let going = true;
  const waitOn = async () => {
    while (going) {
      const message = await open.wait();
      if (going) hear(message);
    }
  };
  const stop = () => {
    going = false;
  };
  return { stop, stopped: waitOn() };
}

const messages = ["callback", "napi", "worker", "message-port", "broadcast-channel"];

test.each(messages)("%s brings every message of a flood, in order", async (id) => {
  const { heard } = await flood(id);
  expect(heard).toEqual(Array.from({ length: calls }, (_, index) => index));
});

const doorbells = ["pipe", "socketpair", "pipe-threadpool", "uv-async", "signal"];
doorbells.push("atomics", "poll-immediate", "poll-timer");
if (process.platform === "linux") doorbells.push("eventfd");

test.each(doorbells)("%s is heard after the last ring of a flood", async (id) => {
  const { heard, leftAtLast } = await flood(id);
  expect(leftAtLast).toBeLessThanOrEqual(1);
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.length).toBeLessThanOrEqual(calls);
});

test.each([0, 8, 64])("udp with %d bytes breaks and doubles nothing in a flood", async (bytes) => {
  const { heard } = await flood("udp", bytes);
  const numbers = new Set(heard);
  expect(numbers.size).toBeGreaterThan(0);
  expect(numbers.size).toBe(heard.length);
  for (const number of numbers) {
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(calls);
  }
});

test.each([8, 64])("pipe with %d bytes breaks none of them in a flood", async (bytes) => {
  const { leftAtLast } = await flood("pipe", bytes);
  expect(leftAtLast).toBeLessThanOrEqual(1);
});

test("a payload that a waker cannot carry is refused", async () => {
  for (const id of ["pipe", "udp"]) await expect(flood(id, 6)).rejects.toThrow("6 bytes");
});
