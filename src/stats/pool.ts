import { countAtMost, nearestRank, type Samples } from "./percentile.ts";

const samplesNeededAbove = 10;
const roundsNeededAbove = 3;

/** The samples of several rounds together, with what the rule of withholding asks of the rounds. */
export type Pool = {
  /** Every sample of every round, sorted, in nanoseconds. Nothing is trimmed. */
  readonly ascending: Float64Array;
  /** The maximum of each round that has samples, in nanoseconds. */
  readonly roundMaximaNs: readonly number[];
};

/** Puts the samples of all rounds together. Rounds without samples add nothing. */
export function poolRounds(rounds: readonly Samples[]): Pool {
  const pooled = new Float64Array(rounds.reduce((count, round) => count + round.length, 0));
  const roundMaximaNs: number[] = [];
  let offset = 0;
  for (const round of rounds) {
    if (round.length === 0) continue;
    pooled.set(round, offset);
    roundMaximaNs.push(maximumOf(round));
    offset += round.length;
  }
  return { ascending: pooled.sort(), roundMaximaNs };
}

/** Whether at least ten samples rank above the percentile, whichever rounds they are from. */
export function hasEnoughSamplesAbove(ascending: Float64Array, quantile: number): boolean {
  const count = ascending.length;
  return count > 0 && count - nearestRank(quantile, count) >= samplesNeededAbove;
}

/**
 * Rule 6 of measurement: a percentile is shown when at least ten samples from at least three rounds
 * lie above it, so that one bad moment cannot make a tail.
 *
 * "Above" goes by rank. Samples equal to the percentile are interchangeable, so which of them rank
 * above it is free; they are spread over as many rounds as possible. (A clock of coarse resolution
 * makes such ties common, and they must not depend on the order of the rounds.)
 *
 * A round has a sample strictly above the percentile exactly when its maximum is, and else has a
 * tie exactly when its maximum is the tie, so the maxima are all that is needed of the rounds.
 */
export function isSupported({ ascending, roundMaximaNs }: Pool, quantile: number): boolean {
  if (!hasEnoughSamplesAbove(ascending, quantile)) return false;
  const rank = nearestRank(quantile, ascending.length);
  const value = ascending[rank - 1] as number;
  const tiesAbove = countAtMost(ascending, value) - rank;
  const roundsAbove = roundMaximaNs.filter((maximum) => maximum > value).length;
  const roundsTied = roundMaximaNs.filter((maximum) => maximum === value).length;
  return roundsAbove + Math.min(roundsTied, tiesAbove) >= roundsNeededAbove;
}

/** Not Math.max(...samples): a round may hold more samples than a call can take arguments. */
function maximumOf(samples: Samples): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (const sample of samples) if (sample > maximum) maximum = sample;
  return maximum;
}
