import type { Results, Series } from "../../results/schema.ts";
import { isOtherFloor, rateOf } from "../comparison.ts";
import { shownOf } from "./rows.ts";

/** Wakes that may be compared with one another. */
export type WakeGroup = {
  /** Kebab-case: `same-core`, `cross-core-busy`. */
  readonly id: string;
  /** `same-core, loop busy` */
  readonly words: string;
  readonly series: readonly Series[];
};

/** Single wakes by placement, the loop's state and how their threads are made; open loops apart. */
export function wakeGroups(results: Results): WakeGroup[] {
  const wakes = results.series.filter(({ scenario }) => scenario === "wake");
  return [...Map.groupBy(wakes, (series) => wordsOf(series).join(", "))].map(([words, all]) => ({
    id: kebab(words.replaceAll("loop busy", "busy").replaceAll("open loop", "open")),
    words,
    series: shownOf(all).filter((series) => !isOtherFloor(series, all)),
  }));
}

/** What tells the groups apart; the plainest has its placement only. */
export function wordsOf(series: Series): string[] {
  const { placement, loop, spawn, before } = series.params;
  const rate = rateOf(series);
  return [
    String(placement ?? "any"),
    ...(loop === "busy" ? ["loop busy"] : []),
    ...(spawn === "per-wake" ? ["thread per wake"] : []),
    ...(before === "sleep" ? ["before: sleep"] : []),
    ...(rate === null ? [] : [`open loop ${rate}/s`]),
  ];
}

/** Lower-case letters and digits, joined by hyphens. */
export function kebab(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
