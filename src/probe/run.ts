import type { PlannedTrial } from "./plan.ts";
import { runTrial, type TrialOutcome } from "./trial-process.ts";

/** Told after each trial. */
export type ProbeProgress = { readonly done: number; readonly planned: number };

/**
 * Runs the trials in order, so many at a time, and resolves with what became of each.
 *
 * @param signal ends the run early: what was not tried is `interrupted`
 */
export async function runTrials(
  trials: readonly PlannedTrial[],
  most: number,
  signal: AbortSignal,
  onProgress: (progress: ProbeProgress) => void,
): Promise<Map<PlannedTrial, TrialOutcome>> {
  const outcomes = new Map<PlannedTrial, TrialOutcome>();
  const left = trials.values();
  const work = async () => {
    for (const trial of left) {
      outcomes.set(trial, await runTrial(trial.runtime, trial.job, signal));
      onProgress({ done: outcomes.size, planned: trials.length });
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  return outcomes;
}
