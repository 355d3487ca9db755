import { percentile, sortedSamples } from "../stats/percentile.ts";

/** How sleeps ended, against what was asked. */
export type SleepEnds = {
  /** How much later than asked, nanoseconds, in the order of the slots; 0 for those that ended before. */
  readonly lateNs: readonly number[];
  /** Sleeps that ended before the time that was asked: timers may cut it to whole milliseconds. */
  readonly early: number;
};

/** A percentile of fewer is left to chance. */
const fewestAbove = 10;

/** Percentiles of one round, for `levels`; null where too few samples lie above. */
export function lateLevels(lateNs: readonly number[]): Readonly<Record<string, number | null>> {
  const ascending = sortedSamples(lateNs);
  const levelOf = (quantile: number) =>
    (1 - quantile) * ascending.length < fewestAbove ? null : percentile(ascending, quantile);
  return { lateP50Ns: levelOf(0.5), lateP99Ns: levelOf(0.99) };
}

/**
 * Sets what sleeps took against what they were to take.
 *
 * @param durationsNs by slot; NaN where a sleep has not ended, which is left out
 * @param asked nanoseconds, of a slot
 */
export function sleepEnds(durationsNs: Float64Array, asked: (slot: number) => number): SleepEnds {
  const lateNs: number[] = [];
  let early = 0;
  for (const [slot, durationNs] of durationsNs.entries()) {
    if (Number.isNaN(durationNs)) continue;
    const beyondNs = durationNs - asked(slot);
    if (beyondNs < 0) early++;
    // Percentiles of what is late are the same with and without the sign of what is early.
    lateNs.push(Math.max(0, beyondNs));
  }
  return { lateNs, early };
}
