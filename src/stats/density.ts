/** How often a value was seen. */
export type Counted = { readonly value: number; readonly count: number };

/** Bandwidths beyond which a Gaussian adds nothing that could be seen. */
const reach = 4;

/**
 * How far the curve goes beyond what was seen, in decades: enough for the flanks of a narrow hump. A wide kernel would
 * give a height to what never was: 40 ms to a timer of 16 ms.
 */
const margin = 0.03;

/** So rare values have no height that could be seen, and would take the points from those that have. */
const tail = 0.0005;

/**
 * The density of positive values along the logarithm of the value, by a Gaussian kernel whose bandwidth is
 * Silverman's rule of thumb (0.9 · min(σ, IQR / 1.34) · n^(−1/5)), scaled so that its highest point is 1.
 *
 * It ends where the values do, but for the rarest of them. Values below 1 count as 1: a logarithm needs one, and clocks tick in whole nanoseconds.
 *
 * Source: B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, equation 3.31
 *
 * @param counted in ascending order of value
 * @param points how many points the curve has at most, at least 2
 * @returns points [value, height], ascending; empty without values
 */
export function logDensity(counted: readonly Counted[], points: number): [number, number][] {
  const logs = counted.map(({ value, count }) => ({ at: Math.log10(Math.max(1, value)), count }));
  const total = logs.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const first = quantileOf(logs, tail * total);
  const last = quantileOf(logs, (1 - tail) * total);
  // A kernel that is narrower than the distance of two points would be missed by both.
  const bandwidth = Math.max(bandwidthOf(logs, total), (last - first) / (points - 1));
  const start = first - margin;
  const step = (last + margin - start) / (points - 1);
  const heights = new Float64Array(points);
  for (const { at, count } of logs) {
    const from = Math.max(0, Math.ceil((at - reach * bandwidth - start) / step));
    const to = Math.min(points - 1, Math.floor((at + reach * bandwidth - start) / step));
    for (let index = from; index <= to; index++) {
      const distance = (start + index * step - at) / bandwidth;
      heights[index] = (heights[index] ?? 0) + count * Math.exp(-(distance ** 2) / 2);
    }
  }
  const highest = Math.max(...heights);
  if (highest === 0) return [];
  return Array.from(heights, (height, index) => [10 ** (start + index * step), height / highest]);
}

/** Narrower than a hundredth of a decade is finer than histograms of three digits are. */
const leastBandwidth = 0.01;

type Logs = readonly { readonly at: number; readonly count: number }[];

function bandwidthOf(logs: Logs, total: number): number {
  const mean = logs.reduce((sum, { at, count }) => sum + at * count, 0) / total;
  const variance = logs.reduce((sum, { at, count }) => sum + count * (at - mean) ** 2, 0) / total;
  const quartiles = quantileOf(logs, 0.75 * total) - quantileOf(logs, 0.25 * total);
  const spreads = [Math.sqrt(variance), quartiles / 1.34].filter((spread) => spread > 0);
  const spread = spreads.length === 0 ? 0 : Math.min(...spreads);
  return Math.max(leastBandwidth, 0.9 * spread * total ** -0.2);
}

function quantileOf(logs: Logs, rank: number): number {
  let seen = 0;
  for (const { at, count } of logs) {
    seen += count;
    if (seen >= rank) return at;
  }
  return logs.at(-1)?.at ?? 0;
}
