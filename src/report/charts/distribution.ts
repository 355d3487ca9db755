import type { Results, Series } from "../../results/schema.ts";
import { logDensity } from "../../stats/density.ts";
import { formatCount, formatLatency } from "../format.ts";
import { countedOf } from "./counted.ts";
import type { Level, RidgeChart, RidgeRow } from "./kinds.ts";
import { cellLabel, type Palette, rounded, rowOf, sortedBy, tellEnds } from "./rows.ts";
import { type WakeGroup, wakeGroups } from "./wake-groups.ts";

/** Points of a curve: a page with all of them stays small, and a step is less than two pixels of a row's bulk. */
const curvePoints = 100;
/** What is lower than a pixel needs no point. */
const leastHeight = 0.01;

/** How the latencies of single wakes are spread: a chart for each placement and state of the loop. */
export function distributions(results: Results, palette: Palette): RidgeChart[] {
  return wakeGroups(results).map((group) => distributionOf(group, palette));
}

function distributionOf({ id, words, series }: WakeGroup, palette: Palette): RidgeChart {
  const sorted = sortedBy(series, ({ summary }) => summary.p50Ns);
  const told = sorted.map((one) => ({ row: rowOf(one, palette), amount: one.summary.p50Ns }));
  return {
    id: `wake-distribution-${id}`,
    kind: "ridge",
    scenario: "wake",
    title: `Latency of a wake, ${words}`,
    subtitle:
      "From the notify until JavaScript goes on. Each row is as high as it is dense, to its own scale; right: the median. Percentiles stand where at least ten samples lie above them",
    description: `How the latencies of ${sorted.length} approaches are spread, by their median: ${tellEnds(told, "ns")}`,
    cells: cellsOf(sorted),
    data: { axis: "latency", rows: sorted.map((one) => ridgeRowOf(one, palette)) },
  };
}

const levelNames = [
  ["p50", "p50Ns"],
  ["p90", "p90Ns"],
  ["p99", "p99Ns"],
  ["p99.9", "p999Ns"],
] as const;

function ridgeRowOf(series: Series, palette: Palette): RidgeRow {
  const levels = levelNames.flatMap(([name, key]): Level[] => {
    const amount = series.summary[key];
    return amount === null ? [] : [{ name, amount: rounded(amount) }];
  });
  return { ...rowOf(series, palette), curve: curveOf(series), levels };
}

function curveOf(series: Series): (readonly [number, number])[] {
  if (series.summary.count === 0) return [];
  return logDensity(countedOf(series), curvePoints)
    .filter(([, height]) => height >= leastHeight)
    .map(([latencyNs, height]) => [rounded(latencyNs), Number(height.toFixed(3))]);
}

function cellsOf(sorted: readonly Series[]): string[][] {
  const rows = sorted.map((series) => {
    const { count, p50Ns, p90Ns, p99Ns, p999Ns, maxNs } = series.summary;
    const latencies = [p50Ns, p90Ns, p99Ns, p999Ns, maxNs].map(formatLatency);
    return [cellLabel(series), ...latencies, formatCount(count)];
  });
  return [["Approach", "p50", "p90", "p99", "p99.9", "Max", "Samples"], ...rows];
}
