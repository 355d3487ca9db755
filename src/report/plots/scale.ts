/** Where values stand on an axis: 0 is its left end, 1 its right one. */
export type Scale = {
  at(value: number): number;
  readonly low: number;
  readonly high: number;
};

/** An axis that begins at 0, as bars need it: their length is what is compared. */
export function linearScale(high: number): Scale {
  return { low: 0, high, at: (value) => (high > 0 ? clamp(value / high) : 0) };
}

/** A narrower one would show noise as if it were much. */
const leastFactor = 2;

/**
 * A logarithmic axis around the values, which are above 0.
 *
 * @param values at least one
 */
export function logScale(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const missing = Math.max(1, leastFactor / (most / least));
  const low = least / Math.sqrt(missing);
  const high = most * Math.sqrt(missing);
  const width = Math.log(high / low);
  return { low, high, at: (value) => clamp(Math.log(value / low) / width) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** What is marked in each power of ten, the densest first. */
const mantissas = [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];
const decadeSteps = [1, 2, 3, 4, 6];

/** Round values of a logarithmic axis, the densest sets first: whoever draws takes the first that fits. */
export function logTicks({ low, high }: Scale): number[][] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const isInside = (value: number) => value >= low && value <= high;
  const sets = [
    ...mantissas.map((each) => ({ each, step: 1 })),
    ...decadeSteps.map((step) => ({ each: [1], step })),
  ];
  return sets.map(({ each, step }) =>
    Array.from(
      { length: Math.floor((last - first) / step) + 1 },
      (_, index) => first + index * step,
    )
      .flatMap((exponent) => each.map((mantissa) => Number(`${mantissa}e${exponent}`)))
      .filter(isInside),
  );
}

const units = [
  ["s", 1e9],
  ["ms", 1e6],
  ["µs", 1e3],
] as const;

/** A round time without digits that say nothing: `5 µs`, `1.5 ms`. */
export function formatTickNs(timeNs: number): string {
  const [name, sizeNs] = units.find(([, sizeNs]) => timeNs >= sizeNs) ?? ["ns", 1];
  return `${Number((timeNs / sizeNs).toPrecision(3))} ${name}`;
}
