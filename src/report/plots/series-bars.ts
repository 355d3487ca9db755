import { rateOver } from "../../results/rates.ts";
import type { Series } from "../../results/schema.ts";
import { nsPerCall } from "../dispatch-series.ts";
import type { Bar } from "./bar-plot.ts";

/** Words where there is no bar: the status, or `-` when nothing was measured. */
type Cell = Bar | string;

/** A rate of the results with its interval. */
export function rateBar({ status, rates }: Series, rate: string): Cell {
  if (status !== "ok") return status;
  return rates[rate] ?? "-";
}

/** Nanoseconds for each call; the interval is that of the calls a second. */
export function callBar(series: Series): Cell {
  if (series.status !== "ok") return series.status;
  const value = nsPerCall(series);
  if (value === null) return "-";
  const interval = series.rates.callsPerSecond?.interval ?? null;
  return { value, interval: interval === null ? null : [1e9 / interval[1], 1e9 / interval[0]] };
}

/** What decides between the contenders of a workload, nanoseconds, over its rounds. */
export function decidingBar({ status, rounds }: Series): Cell {
  if (status !== "ok") return status;
  const decidingNs = rounds.flatMap((round) => round.decidingNs ?? []);
  return decidingNs.length === 0 ? "-" : rateOver(decidingNs);
}
