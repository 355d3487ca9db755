import type { Results, Series } from "../../results/schema.ts";
import type { Counted } from "../../stats/density.ts";
import { formatLatency } from "../format.ts";
import { countedOf } from "./counted.ts";
import type { Line, LinesChart } from "./kinds.ts";
import { cellLabel, type Palette, rounded, rowOf, sortedBy, tellEnds } from "./rows.ts";
import { type WakeGroup, wakeGroups } from "./wake-groups.ts";

/** Latency by percentile in HdrHistogram's manner: a chart for each placement and state of the loop. */
export function percentileCurves(results: Results, palette: Palette): LinesChart[] {
  return wakeGroups(results).flatMap((group) => curvesOf(group, palette));
}

function curvesOf({ id, words, series }: WakeGroup, palette: Palette): LinesChart[] {
  const sorted = sortedBy(series, ({ summary }) => summary.p50Ns);
  const lines = sorted.map(
    (one): Line => ({ ...rowOf(one, palette), points: pointsOf(one), intervals: [] }),
  );
  if (lines.every(({ points }) => points.length === 0)) return [];
  const ends = lines.map((row) => ({ row, amount: row.points.at(-1)?.[1] ?? null }));
  return [
    {
      id: `wake-percentiles-${id}`,
      kind: "lines",
      scenario: "wake",
      title: `Latency of a wake by percentile, ${words}`,
      subtitle:
        "Lower is better. Each tenfold step to the right leaves a tenth of the samples; a curve ends where fewer than ten samples from three rounds lie above it",
      description: `At the ends of the curves: ${tellEnds(ends, "ns")}`,
      cells: [
        ["Approach", ...shownQuantiles.map(([name]) => name)],
        ...sorted.map((one) => [
          cellLabel(one),
          ...shownQuantiles.map(([, key]) => formatLatency(one.summary[key])),
        ]),
      ],
      data: { x: "tail", xAxis: "share of the samples", yAxis: "latency", unit: "ns", lines },
    },
  ];
}

const shownQuantiles = [
  ["p50", "p50Ns"],
  ["p90", "p90Ns"],
  ["p95", "p95Ns"],
  ["p99", "p99Ns"],
  ["p99.9", "p999Ns"],
  ["p99.99", "p9999Ns"],
] as const;

const pointsOfDecade = 16;
const fewestAbove = 10;
const fewestRounds = 3;

/** Points [1 / (1 − quantile), nanoseconds], from the minimum on. */
function pointsOf(series: Series): (readonly [number, number])[] {
  if (series.summary.p50Ns === null) return [];
  const counted = countedOf(series);
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const maxima = series.rounds
    .flatMap((round) => round.summary.maxNs ?? [])
    .toSorted((one, other) => other - one);
  // With fewer rounds no three can be asked for.
  const limitNs = maxima[Math.min(maxima.length, fewestRounds) - 1] ?? 0;
  const points: [number, number][] = [];
  const steps = Math.floor(pointsOfDecade * Math.log10(total / fewestAbove) + 1e-9);
  const walk = walker(counted);
  for (let step = 0; step <= steps; step++) {
    const tail = 10 ** (step / pointsOfDecade);
    const latencyNs = walk(total * (1 - 1 / tail));
    if (latencyNs > limitNs && step > 0) break;
    points.push([rounded(tail), rounded(latencyNs)]);
  }
  return points;
}

/** The value below which so many lie, for ranks that only grow. */
function walker(counted: readonly Counted[]): (rank: number) => number {
  let index = 0;
  let seen = counted[0]?.count ?? 0;
  return (rank) => {
    while (seen < rank && index < counted.length - 1) {
      index++;
      seen += counted[index]?.count ?? 0;
    }
    return counted[index]?.value ?? 0;
  };
}
