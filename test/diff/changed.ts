import type { Results, Series } from "../../src/results/schema.ts";
import { resultsSchema } from "../../src/results/schema.ts";
import calls from "./fixtures/calls.json" with { type: "json" };

/** A run of `dispatch` that was really measured: four contenders, two placements, five rounds; no histograms. */
export const measured: Results = resultsSchema.parse(calls);

/** As if it had been measured once more, with the very same outcome: its noise is then all there is. */
export function again(results: Results): Results {
  return { ...results, startedAt: "2026-11-23T00:00:00.000Z", seed: results.seed + 1 };
}

/** The results with other series. */
export function withSeries(results: Results, change: (series: Series) => Series): Results {
  return { ...results, series: results.series.map(change) };
}

/** What of a series is made more along with its p99. */
export type Depth = "summary" | "interval" | "rounds";

/** p99 times as much, in the figure alone, or also in what tells its noise. */
export function withP99(times: number, depth: Depth) {
  const more = (value: number | null) => (value === null ? null : value * times);
  return (series: Series): Series => {
    const summary = { ...series.summary, p99Ns: more(series.summary.p99Ns) };
    if (depth === "summary") return { ...series, summary };
    const [low = null, high = null] = series.interval.p99Ns ?? [];
    const p99Ns = low === null || high === null ? null : ([low * times, high * times] as const);
    const interval = { ...series.interval, p99Ns };
    if (depth === "interval") return { ...series, summary, interval };
    const rounds = series.rounds.map((round) => ({
      ...round,
      summary: { ...round.summary, p99Ns: more(round.summary.p99Ns) },
    }));
    return { ...series, summary, interval, rounds };
  };
}
