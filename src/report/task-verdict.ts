import { compareDeciding } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { formatTimes } from "./format.ts";

/**
 * The quickest of a table by what decides, and how much quicker it is than each of the others, the nearest first.
 * Those with faults do not stand for choice.
 *
 * @param figureOf what the quickest comes to: `1.2 M tasks/s`
 * @returns null where fewer than two can be compared
 */
export function quickestOf(
  shown: readonly Series[],
  figureOf: (series: Series) => string,
): string | null {
  const sound = shown.filter((series) => !isFaulty(series) && decidingOf(series) !== null);
  const ranked = sound.toSorted((one, other) => (decidingOf(one) ?? 0) - (decidingOf(other) ?? 0));
  const [best, ...others] = ranked;
  if (best === undefined || others.length === 0) return null;
  const told = others.map((other) => phraseOf(best, other));
  return `${best.contender} (${figureOf(best)}), ${told.join(", ")}`;
}

function phraseOf(best: Series, other: Series): string {
  const paired = compareDeciding(other, best);
  if (paired === null) return `too few rounds to tell it from ${other.contender}`;
  if (paired.verdict !== "slower") return `no difference to ${other.contender} seen`;
  return `${formatTimes(paired.ratio)} faster than ${other.contender}`;
}

function isFaulty({ status, audit }: Series): boolean {
  return status !== "ok" || audit.lost + audit.duplicated + (audit.mistaken ?? 0) > 0;
}

function decidingOf({ extra }: Series): number | null {
  return typeof extra.decidingNs === "number" ? extra.decidingNs : null;
}
