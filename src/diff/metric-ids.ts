/** What a limit, a column or a trend can be about, in the order of columns. Help reads it, and needs no schema for it. */
export const metricIds = [
  "deciding",
  "p50",
  "p90",
  "p95",
  "p99",
  "p99.9",
  "mean",
  "rate",
  "memory",
] as const;

export type MetricId = (typeof metricIds)[number];
