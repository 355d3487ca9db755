import { do_not_optimize } from "mitata";
import { findLibrary, loadLibrary } from "../src/native/library.ts";
import type { WakeJob } from "../src/scenarios/wake-job.ts";
import { WakeSession } from "../src/scenarios/wake-session.ts";
import { runCallBench } from "./call-bench.ts";

/** A session that is never started: the calls below find nobody waiting, and record next to nothing. */
function idleJob(libraryPath: string): WakeJob {
  return {
    scenario: "wake",
    approach: "callback",
    parameters: {},
    libraryPath,
    parentPid: process.ppid,
    placement: "any",
    cores: { loopCore: -1, wakerCore: -1 },
    loop: "idle",
    spawn: "persistent",
    before: "work",
    gapNs: 0,
    ratePerSecond: null,
    wakes: 1,
    warmupWakes: 0,
    seed: 1,
    stages: false,
  };
}

/**
 * What does recording a wake cost the loop thread? Each row is one FFI call with the clock read in
 * it. It is the part of `harnessNs` that cannot be avoided; in place, with cold caches, it is more.
 */
export async function run(): Promise<void> {
  const libraryPath = findLibrary();
  const native = loadLibrary(libraryPath);
  const { wb_resume, wb_enter, wb_probe, wb_session_is_bound } = native.symbols;
  using session = new WakeSession(native, idleJob(libraryPath), "doorbell");
  const { pointer } = session;
  await runCallBench([
    {
      title: "one call on a session where nobody waits",
      subjects: [
        {
          name: "wb_session_is_bound (no clock, for comparison)",
          call: () => do_not_optimize(wb_session_is_bound(pointer)),
        },
        { name: "wb_resume", call: () => do_not_optimize(wb_resume(pointer, -1)) },
        { name: "wb_enter", call: () => wb_enter(pointer) },
        {
          name: "wb_probe (every second one reads the clock twice)",
          call: () => wb_probe(pointer),
        },
      ],
    },
  ]);
}

if (import.meta.main) await run();
