import type { Environment, Results } from "../results/schema.ts";
import { type Benchmark, benchmarksOf, type Metric, roundFigure } from "./benchmarks.ts";

/** A figure as github-action-benchmark reads it. */
type BenchmarkResult = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** `± 120`: half of the interval. */
  readonly range?: string;
  /** Lines of the tooltip. */
  readonly extra: string;
};

/**
 * The figures of which less is better (times), or more (rates), for github-action-benchmark's tools
 * `customSmallerIsBetter` and `customBiggerIsBetter`: it knows one direction a file.
 *
 * Source: https://github.com/benchmark-action/github-action-benchmark, README.md and src/extract.ts
 */
export function renderGithubBenchmark(results: Results, better: Metric["better"]): string {
  const entries = benchmarksOf(results).flatMap((benchmark) =>
    benchmark.metrics
      .filter((metric) => metric.better === better)
      .map((metric) => resultOf(benchmark, metric, results.environment)),
  );
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function resultOf(
  { name, series }: Benchmark,
  { measure, unit, value, interval }: Metric,
  { cpu, os }: Environment,
): BenchmarkResult {
  const counted = series.summary.count === 0 ? "" : `, ${series.summary.count} samples`;
  return {
    name: `${name} ${measure}`,
    value: roundFigure(value),
    unit,
    ...(interval === null ? {} : { range: `± ${roundFigure((interval[1] - interval[0]) / 2)}` }),
    extra: `${series.runtime}\n${cpu}, ${os}\n${series.rounds.length} rounds${counted}`,
  };
}
