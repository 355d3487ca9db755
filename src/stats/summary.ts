import { mean, sampleStandardDeviation } from "simple-statistics";
import { percentile, type Samples, sortedSamples } from "./percentile.ts";
import { hasEnoughSamplesAbove, isSupported, poolRounds } from "./pool.ts";

/** What is said about a set of samples. All but `count` are nanoseconds; null where withheld. */
export type Summary = {
  readonly count: number;
  readonly meanNs: number | null;
  /** The standard deviation of a sample (n − 1); null with fewer than two samples. */
  readonly stddevNs: number | null;
  readonly minNs: number | null;
  readonly p50Ns: number | null;
  readonly p90Ns: number | null;
  readonly p95Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly p9999Ns: number | null;
  readonly maxNs: number | null;
};

const median = 0.5;

/**
 * Sums up the samples of all rounds together. Percentiles are exact and nothing is trimmed.
 *
 * A percentile is given only when at least ten samples from at least three rounds lie above it (rule
 * 6); mean, standard deviation, minimum and maximum are always given. Where there is but one round
 * no three can be asked for, and the median is given whenever there is a sample.
 *
 * @param rounds the samples of each round in nanoseconds; the order within a round does not matter
 */
export function summarise(rounds: readonly Samples[]): Summary {
  const pool = poolRounds(rounds);
  const single = rounds.length === 1;
  return describe(
    pool.ascending,
    (quantile) => (single && quantile === median) || isSupported(pool, quantile),
  );
}

/**
 * Sums up one round by itself: percentiles above the median still need ten samples above them, of
 * rounds nothing is asked, and the median is given whenever there is a sample.
 *
 * @param samples nanoseconds, in any order
 */
export function summariseRound(samples: Samples): Summary {
  const ascending = sortedSamples(samples);
  return describe(
    ascending,
    (quantile) => quantile === median || hasEnoughSamplesAbove(ascending, quantile),
  );
}

function describe(ascending: Float64Array, isGiven: (quantile: number) => boolean): Summary {
  const count = ascending.length;
  // Summed in ascending order, so that the order of the samples cannot change a digit.
  const samples = Array.from(ascending);
  const given = (quantile: number) =>
    count > 0 && isGiven(quantile) ? percentile(ascending, quantile) : null;
  return {
    count,
    meanNs: count > 0 ? mean(samples) : null,
    stddevNs: count > 1 ? sampleStandardDeviation(samples) : null,
    minNs: samples[0] ?? null,
    p50Ns: given(median),
    p90Ns: given(0.9),
    p95Ns: given(0.95),
    p99Ns: given(0.99),
    p999Ns: given(0.999),
    p9999Ns: given(0.9999),
    maxNs: samples[count - 1] ?? null,
  };
}
