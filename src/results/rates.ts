import { pairedRatio } from "../stats/paired-interval.ts";
import type { Series } from "./schema.ts";

/** The rounds' geometric mean, as ratios are of it, and its t interval; a plain mean where one is 0. */
export function rateOver(values: readonly number[]): Series["rates"][string] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.some((value) => value === 0)) return { value: mean, interval: null };
  const paired = pairedRatio(
    values,
    values.map(() => 1),
  );
  if (paired === null) return { value: mean, interval: null };
  return { value: paired.ratio, interval: [paired.low, paired.high] };
}

/** The ratio of what two rows came to in the rounds that both have; null when these are too few. */
export function ratioByRound(
  own: ReadonlyMap<number, number>,
  others: ReadonlyMap<number, number>,
) {
  const rounds = [...own.keys()].filter((round) => others.has(round));
  return pairedRatio(
    rounds.map((round) => own.get(round) ?? null),
    rounds.map((round) => others.get(round) ?? null),
  );
}
