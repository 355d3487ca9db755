import { compareDeciding } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { formatTimes } from "./format.ts";

/**
 * The quickest of a table by what decides, who cannot be told from it, and how much quicker it is than each of the
 * others, the nearest first. Those with faults do not stand for choice.
 *
 * @param figureOf what the quickest comes to: `1.2 M tasks/s`
 * @returns null where fewer than two can be compared
 */
export function quickestOf(
  shown: readonly Series[],
  figureOf: (series: Series) => string,
): string | null {
  const sound = shown.filter((series) => !isFaulty(series) && decidingOf(series) !== null);
  const [best, ...others] = sound.toSorted(
    (one, other) => (decidingOf(one) ?? 0) - (decidingOf(other) ?? 0),
  );
  if (best === undefined || others.length === 0) return null;
  const compared = others.map((other) => ({ other, paired: compareDeciding(other, best) }));
  if (compared.some(({ paired }) => paired === null)) return "too few rounds to tell them apart";
  const even = compared.filter(({ paired }) => paired?.verdict !== "slower");
  const names = even.map(({ other }) => other.contender);
  if (even.length === others.length) {
    return `no difference seen between ${listed([best.contender, ...names], "and")}`;
  }
  const told = compared
    .filter(({ paired }) => paired?.verdict === "slower")
    .map(
      ({ other, paired }) => `${formatTimes(paired?.ratio ?? 1)} faster than ${other.contender}`,
    );
  const ties = names.length === 0 ? [] : [`no difference to ${listed(names, "or")} seen`];
  return `${best.contender} (${figureOf(best)}), ${[...ties, ...told].join(", ")}`;
}

/** `a, b and c` */
function listed(names: readonly string[], word: "and" | "or"): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} ${word} ${last}`;
}

function isFaulty({ status, audit }: Series): boolean {
  return status !== "ok" || audit.lost + audit.duplicated + (audit.mistaken ?? 0) > 0;
}

function decidingOf({ extra }: Series): number | null {
  return typeof extra.decidingNs === "number" ? extra.decidingNs : null;
}
