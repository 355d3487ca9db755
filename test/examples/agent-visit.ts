import type { Settings } from "../../src/approaches/approach.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { allowedCores, type CorePair } from "../../src/native/placing.ts";
import { type VisitOutcome, visit } from "../../src/runner/agent-process.ts";
import { bun } from "../../src/runtimes/bun.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import type { PlacementName, WakeJob } from "../../src/scenarios/wake-job.ts";

/** How many wakes a visit of these tests measures. */
export const visitWakes = 300;
const timeoutMs = 20_000;

export type VisitRequest = {
  /** A built-in waker's id, or the absolute path of a waker's file. */
  readonly waker: string;
  readonly parameters?: Settings;
  /** Measured wakes, with a fifth of them for a warm-up; absent: `visitWakes`, and a long one. */
  readonly wakes?: number;
  readonly gapNs?: number;
  /** Of an open loop; absent: a closed one. */
  readonly ratePerSecond?: number;
  readonly placement?: PlacementName;
  readonly cores?: CorePair;
  readonly spawn?: WakeJob["spawn"];
  readonly stages?: boolean;
};

/** A short job for the scenario `wake`. */
export function jobOf(request: VisitRequest): WakeJob {
  return {
    scenario: "wake",
    approach: request.waker,
    parameters: request.parameters ?? {},
    libraryPath: findLibrary(),
    parentPid: process.pid,
    placement: request.placement ?? "any",
    cores: request.cores ?? { loopCore: -1, wakerCore: -1 },
    loop: "idle",
    spawn: request.spawn ?? "persistent",
    before: "work",
    gapNs: request.gapNs ?? 50_000,
    ratePerSecond: request.ratePerSecond ?? null,
    wakes: request.wakes ?? visitWakes,
    // Long enough for JavaScriptCore to start its helper threads, which would be pinned later on.
    warmupWakes: request.wakes === undefined ? 500 : Math.ceil(request.wakes / 5),
    seed: 1,
    stages: request.stages ?? false,
  };
}

/**
 * Measures a waker as the runner does, in an agent of its own; and once more when the runtime had made
 * a helper thread on the measured core meanwhile.
 */
export async function visitInAgent(request: VisitRequest): Promise<VisitOutcome<WakeMeasurement>> {
  const runtime = await bun.find("bun");
  const job = jobOf(request);
  const measure = () => visit(runtime, job, timeoutMs, new AbortController().signal);
  const outcome = await measure();
  const hasLostItsPlace = outcome.status === "failed" && outcome.code === "PLACEMENT_MISMATCH";
  return hasLostItsPlace ? measure() : outcome;
}

/** Placements that this machine can hold, with the cores they take. */
export function placements(): [PlacementName, CorePair][] {
  const cores = allowedCores(loadLibrary(findLibrary()));
  const loopCore = cores.at(-1) ?? -1;
  const otherCore = cores[0] ?? -1;
  const any = { loopCore: -1, wakerCore: -1 };
  if (loopCore < 0) return [["any", any]];
  const sameCore = { loopCore, wakerCore: loopCore };
  if (cores.length < 2)
    return [
      ["any", any],
      ["same-core", sameCore],
    ];
  return [
    ["any", any],
    ["same-core", sameCore],
    ["cross-core", { loopCore, wakerCore: otherCore }],
  ];
}
