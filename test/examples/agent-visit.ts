import { findLibrary } from "../../src/native/library.ts";
import type { CorePair } from "../../src/native/placing.ts";
import { type VisitOutcome, visit } from "../../src/runner/agent-process.ts";
import { bun } from "../../src/runtimes/bun.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import type { PlacementName, WakeJob } from "../../src/scenarios/wake-job.ts";

/** How many wakes a visit of these tests measures. */
export const visitWakes = 300;
const timeoutMs = 20_000;

export type VisitRequest = {
  /** The absolute path of a waker's file. */
  readonly waker: string;
  readonly placement?: PlacementName;
  readonly cores?: CorePair;
  readonly spawn?: WakeJob["spawn"];
  readonly stages?: boolean;
};

/** A short job for the scenario `wake`. */
export function jobOf(request: VisitRequest): WakeJob {
  return {
    scenario: "wake",
    waker: request.waker,
    parameters: {},
    libraryPath: findLibrary(),
    parentPid: process.pid,
    placement: request.placement ?? "any",
    cores: request.cores ?? { loopCore: -1, wakerCore: -1 },
    loop: "idle",
    spawn: request.spawn ?? "persistent",
    before: "work",
    gapNs: 50_000,
    wakes: visitWakes,
    // Long enough for JavaScriptCore to start its helper threads, which would be pinned later on.
    warmupWakes: 500,
    seed: 1,
    stages: request.stages ?? false,
  };
}

/** Measures a waker as the runner does, in an agent of its own. */
export async function visitInAgent(request: VisitRequest): Promise<VisitOutcome<WakeMeasurement>> {
  const runtime = await bun.find("bun");
  return visit(runtime, jobOf(request), timeoutMs, new AbortController().signal);
}
