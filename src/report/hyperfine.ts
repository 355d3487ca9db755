import { median } from "simple-statistics";
import type { Results, Series } from "../results/schema.ts";
import { perRun } from "./fetch-face.ts";
import { isControl } from "./notes.ts";

/** One command as hyperfine writes it; times are seconds. */
type BenchmarkResult = {
  readonly command: string;
  readonly mean: number;
  /** Null where there was but one run. */
  readonly stddev: number | null;
  readonly median: number;
  readonly user: number;
  readonly system: number;
  readonly min: number;
  readonly max: number;
  readonly times: readonly number[];
  readonly memory_usage_byte: readonly number[];
  readonly exit_codes: readonly number[];
  readonly parameters: Readonly<Record<string, string>>;
};

/**
 * The programs of `fetch` in the format of `hyperfine --export-json`, for the scripts that come with it. A
 * method without a run that came through is left out, and so is the control.
 *
 * Source: hyperfine, src/benchmark/benchmark_result.rs and src/export/json.rs
 */
export function renderHyperfine({ series }: Results): string {
  const results = series
    .filter((one) => one.scenario === "fetch" && !isControl(one))
    .flatMap((one) => resultOf(one) ?? []);
  return `${JSON.stringify({ results }, null, 2)}\n`;
}

function resultOf(series: Series): BenchmarkResult | null {
  const { summary, rounds, params } = series;
  const { meanNs, minNs, maxNs, stddevNs } = summary;
  if (meanNs === null || minNs === null || maxNs === null) return null;
  // Each round is one run, and has one time.
  const timesNs = rounds.flatMap(({ summary }) => summary.meanNs ?? []);
  return {
    command: series.contender,
    mean: seconds(meanNs),
    stddev: stddevNs === null ? null : seconds(stddevNs),
    median: seconds(median(timesNs)),
    user: seconds(perRun(series, "userNs") ?? 0),
    system: seconds(perRun(series, "systemNs") ?? 0),
    min: seconds(minNs),
    max: seconds(maxNs),
    times: timesNs.map(seconds),
    memory_usage_byte: rounds.map(({ peakRssBytes = 0 }) => peakRssBytes),
    // Only what ended well is a run.
    exit_codes: timesNs.map(() => 0),
    parameters: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function seconds(timeNs: number): number {
  return timeNs / 1e9;
}
