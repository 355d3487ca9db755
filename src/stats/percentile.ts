/** Samples of one round or one series, in any order. Nanoseconds, unless a caller says otherwise. */
export type Samples = readonly number[] | Float64Array;

/** An ascending copy of the samples; the argument is left as it is. NaN sorts last. */
export function sortedSamples(samples: Samples): Float64Array {
  // Not Float64Array.from, which asks an iterator for each sample.
  return new Float64Array(samples).sort();
}

/**
 * The 1-based nearest rank of a quantile: ceil(quantile · count), at least 1.
 *
 * A product that lies above a whole number by no more than its own rounding error counts as that
 * number: 0.07 · 100 is 7.000000000000001 in binary, and its rank is 7, not 8.
 *
 * @param quantile in [0, 1]
 * @param count how many samples there are, at least 1
 * @throws RangeError when there are no samples, or the quantile is outside [0, 1]
 */
export function nearestRank(quantile: number, count: number): number {
  if (count < 1) throw new RangeError("no samples, so no percentile");
  if (!(quantile >= 0 && quantile <= 1)) {
    throw new RangeError(`a quantile is between 0 and 1, not ${quantile}`);
  }
  const product = quantile * count;
  return Math.max(1, Math.ceil(product - product * Number.EPSILON));
}

/**
 * The exact percentile by nearest rank: always one of the samples, never interpolated.
 *
 * Source: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", The American
 * Statistician 50(4), 1996, definition 1.
 *
 * @param ascending sorted samples, see {@link sortedSamples}
 * @param quantile in [0, 1]; 0 is the minimum, 1 is the maximum
 * @throws RangeError when there are no samples, or the quantile is outside [0, 1]
 */
export function percentile(ascending: Float64Array, quantile: number): number {
  return ascending[nearestRank(quantile, ascending.length) - 1] as number;
}

/** The median by nearest rank; null when there are no samples. */
export function medianOf(samples: Samples): number | null {
  return samples.length === 0 ? null : percentile(sortedSamples(samples), 0.5);
}

/** How many of the sorted samples are at most `limit`, by binary search. */
export function countAtMost(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
