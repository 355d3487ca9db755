import type { Results, Series } from "../../results/schema.ts";
import { threadCounts, wakesPerSecond } from "../contention.ts";
import { formatAmount, formatLatency, plural } from "../format.ts";
import { isControl } from "../notes.ts";
import { floodGroups } from "./flood-groups.ts";
import type { Line, LinesChart, Unit } from "./kinds.ts";
import {
  labelOf,
  type Palette,
  rounded,
  roundedPair,
  rowOf,
  shownOf,
  sortedBy,
  tellEnds,
} from "./rows.ts";

/** Wakes a second, and how late a timer was meanwhile, against the number of threads that flood. */
export function floodCharts(results: Results, palette: Palette): LinesChart[] {
  return floodGroups(results).flatMap(({ words, series }) => [
    rateChart(shownOf(series), words, palette),
    ...starvationChart(series, words, palette),
  ]);
}

function rateChart(shown: readonly Series[], words: string, palette: Palette): LinesChart {
  const lines = linesOf(shown, palette, wakesPerSecond, ({ rates }) => {
    return rates.wakesPerSecond?.interval ?? null;
  });
  return {
    id: "burst-rate",
    kind: "lines",
    scenario: "burst",
    title: `Wakes a second from many threads${words}`,
    subtitle:
      "Higher is better. Bars: 95 % interval over the rounds, where it is no wider than tenfold",
    ...wordsOf(lines, shown, "perSecond", wakesPerSecond),
    data: linesData("wakes a second", "perSecond", lines),
  };
}

const lateness = [
  ["p99", "p99Ns"],
  ["p95", "p95Ns"],
  ["p90", "p90Ns"],
  ["p50", "p50Ns"],
  ["maximum", "maxNs"],
] as const;

function starvationChart(all: readonly Series[], words: string, palette: Palette): LinesChart[] {
  const timed = all.filter(({ stages }) => (stages.timer?.count ?? 0) > 0);
  // One percentile for all of them: the highest that every row may show.
  const told = lateness.find(([, key]) =>
    timed.every(({ stages }) => (stages.timer?.[key] ?? null) !== null),
  );
  if (timed.length === 0 || told === undefined) return [];
  const [name, key] = told;
  const latenessOf = ({ stages }: Series) => stages.timer?.[key] ?? null;
  const lines = linesOf(all, palette, latenessOf, () => null);
  return [
    {
      id: "burst-starvation",
      kind: "lines",
      scenario: "burst",
      title: `How late a timer is while threads flood${words}`,
      subtitle: `Lower is better. The ${name} of the lateness of a 1 ms timer on the loop; the control has the same threads, and no waker`,
      ...wordsOf(lines, all, "ns", latenessOf),
      data: linesData(`lateness, ${name}`, "ns", lines),
    },
  ];
}

function linesData(yAxis: string, unit: Unit, lines: readonly Line[]): LinesChart["data"] {
  return { x: "threads", xAxis: "threads that flood", yAxis, unit, lines };
}

function linesOf(
  shown: readonly Series[],
  palette: Palette,
  amountOf: (series: Series) => number | null,
  intervalOf: (series: Series) => readonly [number, number] | null,
): Line[] {
  const contenders = [...Map.groupBy(shown, labelOf).values()];
  const lines = contenders.flatMap((own): Line[] => {
    const [first] = own;
    if (first === undefined) return [];
    const ascending = sortedBy(own, ({ params }) => Number(params.threads));
    const faulty = ascending.find((series) => rowOf(series, palette).fault !== null);
    const known = ascending.flatMap((series) => {
      const amount = amountOf(series);
      const threads = Number(series.params.threads);
      return amount === null || !(amount > 0) || !(threads > 0)
        ? []
        : [{ series, threads, amount }];
    });
    return [
      {
        ...rowOf(faulty ?? first, palette),
        points: known.map(({ threads, amount }) => [threads, rounded(amount)] as const),
        intervals: known.flatMap(({ series, threads }) => {
          const pair = roundedPair(intervalOf(series));
          return pair === null || isWide(pair) ? [] : [[threads, ...pair] as const];
        }),
      },
    ];
  });
  return sortedBy(lines, ({ points }) => -(points.at(-1)?.[1] ?? 0));
}

/** Two or three rounds may give an interval over many decades, which tells nothing and hides the rest. */
const widest = 10;

function isWide([low, high]: readonly [number, number]): boolean {
  return !(low > 0) || high / low > widest;
}

function wordsOf(
  lines: readonly Line[],
  shown: readonly Series[],
  unit: Unit,
  amountOf: (series: Series) => number | null,
): Pick<LinesChart, "description" | "cells"> {
  const counts = threadCounts(shown);
  const format = unit === "ns" ? formatLatency : formatAmount;
  const most = counts.at(-1) ?? 0;
  const ends = lines.map((row) => {
    const last = row.points.find(([threads]) => threads === most);
    return { row, amount: last?.[1] ?? null };
  });
  const rows = lines.map(({ label }) => [
    label,
    ...counts.map((count) => {
      const one = shown.find(
        (series) => labelOf(series) === label && Number(series.params.threads) === count,
      );
      if (one === undefined) return "-";
      return one.status === "ok" || isControl(one) ? format(amountOf(one)) : one.status;
    }),
  ]);
  return {
    description: `From ${plural(most, "thread")}: ${tellEnds(ends, unit)}`,
    cells: [["Approach", ...counts.map((count) => plural(count, "thread"))], ...rows],
  };
}
