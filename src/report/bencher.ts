import type { Results } from "../results/schema.ts";
import { benchmarksOf, type Metric, roundFigure } from "./benchmarks.ts";

/** A figure as Bencher reads it. */
type BencherMetric = {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
};

/**
 * Bencher Metric Format, for `bencher run --adapter json`: benchmarks by name, their measures by slug.
 * Times are nanoseconds, rates are for each second, as Bencher's own measures have it.
 *
 * Source: https://bencher.dev/docs/reference/bencher-metric-format/
 */
export function renderBencher(results: Results): string {
  const benchmarks = benchmarksOf(results).map(({ name, metrics }) => [
    name,
    Object.fromEntries(metrics.map((metric) => [metric.measure, bencherMetric(metric)])),
  ]);
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}

function bencherMetric({ value, interval }: Metric): BencherMetric {
  if (interval === null) return { value: roundFigure(value) };
  const [lower_value, upper_value] = interval.map(roundFigure) as [number, number];
  return { value: roundFigure(value), lower_value, upper_value };
}
