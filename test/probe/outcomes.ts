import type { TrialOutcome } from "../../src/probe/trial-process.ts";
import type { WakerOutcomes } from "../../src/probe/verdicts.ts";
import type { Observation } from "../../src/trials/job.ts";

/** A child that saw this and ended in order. */
export function ok(...observations: readonly Observation[]): TrialOutcome {
  return { observations, end: "ok", error: null };
}

/** A child that saw nothing before its end. */
export function broken(end: TrialOutcome["end"]): TrialOutcome {
  return { observations: [], end, error: { name: end, detail: `it ${end}` } };
}

/** All trials of a waker that loses nothing. */
export const goodWaker: WakerOutcomes = {
  wakes: ok(
    { stage: "wake", sent: 1, heard: 1, entries: 1 },
    { stage: "many", sent: 1000, heard: 1000, entries: 990 },
    { stage: "blocked", returnedFirst: true, sent: 2000, heard: 2000, entries: 3 },
    { stage: "payload", payloadBytes: 8, sent: 200, heard: 200, entries: 190 },
    { stage: "payload", payloadBytes: 64, sent: 200, heard: 200, entries: 190 },
  ),
  flood: ok({ stage: "flood", sent: 200_000, heard: 200_000, entries: 200_000 }),
  life: ok({ stage: "life" }),
  throw: ok({ stage: "throw", reached: "uncaughtException", goesOn: true }),
  returning: null,
};
