import type { Series } from "../../results/schema.ts";
import { decodeHistogram } from "../../stats/histogram.ts";
import type { Comparison, ComparisonRow } from "../comparison.ts";
import type { Box, BoxPlot } from "./box-plot.ts";

/** The rows of a comparison as boxes. */
export function wakeBoxes({ placement, rows }: Comparison): BoxPlot {
  return {
    title: `${placement}: latency of a wake`,
    rows: rows.map((row) => ({ label: row.approach, box: boxOf(row) })),
  };
}

function boxOf({ series }: ComparisonRow): Box | string {
  const { status, summary } = series;
  const { minNs, p50Ns, p90Ns, p95Ns, p99Ns } = summary;
  if (status !== "ok") return status;
  if (minNs === null || p50Ns === null) return "too few samples";
  const quartilesNs = quartilesOf(series);
  return {
    leastNs: Math.max(1, minNs),
    p50Ns: Math.max(1, p50Ns),
    quartilesNs,
    endNs: Math.max(1, p99Ns ?? p95Ns ?? p90Ns ?? quartilesNs?.[1] ?? p50Ns),
    isWhole: p99Ns !== null,
  };
}

/** As of all percentiles: so many samples above it, from so many rounds. */
const needed = { above: 10, rounds: 3 } as const;

/** p25 and p75 of all rounds, from their histograms: three digits are more than a column shows. */
function quartilesOf({ rounds, summary }: Series): readonly [number, number] | null {
  if (summary.count / 4 < needed.above) return null;
  const [first, ...others] = rounds.map(({ histogram }) => decodeHistogram(histogram));
  if (first === undefined) return null;
  for (const other of others) first.add(other);
  const p75Ns = first.getValueAtPercentile(75);
  // Of values that a histogram takes for the same it tells the highest.
  const atLeastNs = p75Ns * (1 - 1e-3);
  const above = rounds.filter(({ summary: { maxNs } }) => maxNs !== null && maxNs >= atLeastNs);
  if (above.length < needed.rounds) return null;
  return [Math.max(1, first.getValueAtPercentile(25)), p75Ns];
}
