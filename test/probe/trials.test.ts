import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { findLibrary } from "../../src/native/library.ts";
import { runTrial, type TrialOutcome } from "../../src/probe/trial-process.ts";
import { findRuntime } from "../../src/runtimes/find.ts";
import type { TrialJob, WakerTrial } from "../../src/trials/job.ts";
import type { ReaderId } from "../../src/trials/reader-names.ts";
import { agentsOf, canSeeProcesses, untilAgents } from "../cli/processes.ts";
import { fixture } from "../cli/program.ts";

setDefaultTimeout(60_000);

const never = new AbortController().signal;
const base = { libraryPath: findLibrary(), parentPid: process.pid };

async function run(job: TrialJob, mostMs?: number, signal = never): Promise<TrialOutcome> {
  return runTrial(await findRuntime("bun"), job, signal, mostMs);
}

function tryWaker(waker: string, trial: WakerTrial, mostMs?: number, signal?: AbortSignal) {
  return run({ ...base, trial, waker, parameters: {} }, mostMs, signal);
}

function ownFixture(name: string): string {
  return join(import.meta.dirname, "fixtures", `${name}.ts`);
}

test("a waker that works hears one wake, a thousand, and all that was rung while it was blocked", async () => {
  const { end, observations } = await tryWaker("callback", "wakes");
  expect(end).toBe("ok");
  expect(observations).toEqual([
    { stage: "wake", sent: 1, heard: 1, entries: 1 },
    { stage: "many", sent: 1000, heard: 1000, entries: 1000 },
    { stage: "blocked", returnedFirst: true, sent: 2000, heard: 2000, entries: 2000 },
  ]);
});

test("a doorbell that coalesces is entered once for what was rung while the loop was blocked", async () => {
  const { observations } = await tryWaker("eventfd", "wakes");
  expect(observations).toContainEqual({
    stage: "blocked",
    returnedFirst: true,
    sent: 2000,
    heard: 2000,
    entries: 1,
  });
});

test("payloads are read back", async () => {
  const { observations } = await tryWaker("pipe", "wakes");
  const sizes = observations.flatMap((seen) =>
    seen.stage === "payload" && seen.heard === seen.sent ? [seen.payloadBytes] : [],
  );
  expect(sizes).toEqual([8, 64]);
});

test("a waker with a thread of its own is tried, too", async () => {
  for (const waker of ["worker-inline", "executor"]) {
    const { end, observations } = await tryWaker(waker, "wakes");
    expect(end).toBe("ok");
    expect(observations).toContainEqual({ stage: "wake", sent: 1, heard: 1, entries: 1 });
    expect(observations).toContainEqual({ stage: "many", sent: 1000, heard: 1000, entries: 1000 });
  }
});

test("a waker that is never heard is seen to be silent", async () => {
  const { end, observations } = await tryWaker(ownFixture("deaf"), "wakes");
  expect(end).toBe("ok");
  expect(observations).toEqual([{ stage: "wake", sent: 1, heard: 0, entries: 0 }]);
});

test("a waker that loses every tenth wake is caught, also in a flood", async () => {
  const { observations } = await tryWaker(ownFixture("lossy"), "wakes");
  expect(observations).toContainEqual({ stage: "many", sent: 1000, heard: 900, entries: 900 });
  const flood = await tryWaker(ownFixture("lossy"), "flood");
  const [seen] = flood.observations;
  if (seen?.stage !== "flood") throw new Error("the flood was not seen");
  expect(seen.heard).toBeLessThan(seen.sent);
});

test("a flood comes from many threads and is heard", async () => {
  const { end, observations } = await tryWaker("ring", "flood");
  expect(end).toBe("ok");
  const [seen] = observations;
  if (seen?.stage !== "flood") throw new Error("the flood was not seen");
  expect(seen.heard).toBe(seen.sent);
  expect(seen.sent).toBeGreaterThan(8);
});

test("a pipe keeps its process alive, a callback does not", async () => {
  expect((await tryWaker("pipe", "life")).observations).toEqual([{ stage: "life" }]);
  const callback = await tryWaker("callback", "life");
  expect(callback).toEqual({ observations: [], end: "ok", error: null });
});

test("an error of the handler comes out, and wakes go on", async () => {
  const { observations } = await tryWaker("callback", "throw");
  expect(observations).toEqual([{ stage: "throw", reached: "uncaughtException", goesOn: true }]);
  const pipe = await tryWaker("pipe", "throw");
  expect(pipe.observations).toEqual([
    { stage: "throw", reached: "unhandledRejection", goesOn: true },
  ]);
});

test("a callback gives its caller nothing of what it returns", async () => {
  const { end, observations } = await run({ ...base, trial: "returning" });
  expect(end).toBe("ok");
  const [seen] = observations;
  if (seen?.stage !== "returning") throw new Error("no call returned");
  expect(seen.returned).toHaveLength(seen.expected.length);
  expect(seen.returned).not.toEqual(seen.expected);
});

describe("a descriptor's reader", () => {
  const readers: [ReaderId, "eventfd" | "pipe" | "socketpair", event: string, error: unknown][] = [
    ["bun-file", "eventfd", "data", null],
    ["bun-file", "pipe", "data", null],
    ["bun-connect", "socketpair", "data", null],
    ["bun-connect", "pipe", "error", "ENOTSOCK"],
    ["net-socket", "pipe", "none", null],
    ["read-stream", "pipe", "error", "EAGAIN"],
    ["read-blocking", "eventfd", "data", null],
  ];
  test.each(readers)("%s on %s", async (reader, descriptor, event, error) => {
    const { end, observations } = await run({ ...base, trial: "reader", reader, descriptor });
    expect({ end, observations }).toEqual({
      end: "ok",
      observations: [{ stage: "reader", event: event as "data", error: error as null }],
    });
  });
});

describe("what breaks a trial ends that trial alone:", () => {
  test("a signal", async () => {
    const outcome = await tryWaker(fixture("segfaults"), "wakes");
    expect(outcome).toMatchObject({ end: "crashed", error: { name: "SIGSEGV" } });
  });

  test("an exit", async () => {
    const outcome = await tryWaker(fixture("exits"), "flood");
    expect(outcome).toMatchObject({ end: "crashed", error: { name: "exit 7" } });
  });

  test("an error", async () => {
    const outcome = await tryWaker(fixture("throws"), "wakes");
    expect(outcome).toMatchObject({ end: "failed", error: { detail: "no such device" } });
  });

  test("a hang, which is cut", async () => {
    const outcome = await tryWaker(fixture("hangs"), "wakes", 1_000);
    expect(outcome).toMatchObject({ end: "timeout", error: { name: "hang" } });
    if (canSeeProcesses) expect(agentsOf(process.pid)).toEqual([]);
  });

  test.if(canSeeProcesses)("an interruption, which leaves no process behind", async () => {
    const controller = new AbortController();
    const trying = tryWaker(fixture("hangs"), "wakes", undefined, controller.signal);
    await untilAgents(process.pid, 1);
    controller.abort();
    expect(await trying).toEqual({ observations: [], end: "interrupted", error: null });
    expect(agentsOf(process.pid)).toEqual([]);
  });
});
