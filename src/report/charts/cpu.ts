import type { Results, Series } from "../../results/schema.ts";
import { formatLatency } from "../format.ts";
import type { BarRow, BarsChart } from "./kinds.ts";
import { cellLabel, type Palette, roundedOrNull, rowOf, sortedBy, tellEnds } from "./rows.ts";
import { wakeGroups } from "./wake-groups.ts";

const parts = ["loop", "waker", "other threads"] as const;

/** What single wakes cost, in one chart with a group for each placement and state of the loop; or none. */
export function cpuPerWake(results: Results, palette: Palette): BarsChart[] {
  const groups = wakeGroups(results).flatMap(({ words, series }) => {
    const { true: polling = [], false: others = [] } = Object.groupBy(series, (one) =>
      polls(one) ? "true" : "false",
    );
    return [
      { words, series: sortedBy(others, sumOf) },
      { words: `${words}, those that poll`, series: sortedBy(polling, sumOf) },
    ].filter((group) => group.series.length > 0);
  });
  if (!groups.some(({ series }) => series.some((one) => sumOf(one) !== null))) return [];
  const isAnyBusy = groups.some(({ series }) =>
    series.some(({ params }) => params.loop === "busy"),
  );
  const drawn = groups.map(({ words, series }) => ({
    title: words,
    rows: series.map((one) => barRowOf(one, palette)),
  }));
  return [
    {
      id: "wake-cpu",
      kind: "bars",
      scenario: "wake",
      title: "CPU time for each wake",
      subtitle: `What the loop's thread, the thread that wakes and all others of the process used; less is better. The work with which the waking thread fills the gap is subtracted${isAnyBusy ? "; what a busy loop does of its own is not" : ""}`,
      description: drawn
        .map(
          ({ title, rows }) =>
            `${title}: ${tellEnds(
              rows.map((row) => ({ row, amount: totalOf(row.amounts) })),
              "ns",
            )}`,
        )
        .join(" "),
      cells: cellsOf(groups),
      data: {
        shape: "bars",
        axis: "CPU time for each wake",
        unit: "ns",
        isScaleShared: false,
        parts,
        markName: null,
        intervalName: "",
        groups: drawn,
      },
    },
  ];
}

/** Who looks again and again uses so much more that nobody else's bar could be seen beside it. */
function polls({ extra }: Series): boolean {
  return extra.pollPeriodNs !== undefined;
}

function barRowOf(series: Series, palette: Palette): BarRow {
  const amounts = partsOf(series).map(roundedOrNull);
  return { ...rowOf(series, palette), amounts, intervals: [], mark: null, note: null };
}

/**
 * Nanoseconds of CPU for each wake by thread; null where the platform cannot tell. The waking thread spins in the gap,
 * which is no cost of the wake; what the clock makes of that below 0 is 0.
 */
function partsOf({ cost, audit, extra }: Series): (number | null)[] {
  const wakes = audit.received;
  if (wakes === 0) return parts.map(() => null);
  const each = (timeNs: number | null) => (timeNs === null ? null : timeNs / wakes);
  const gapNs = typeof extra.gapSpentNs === "number" ? extra.gapSpentNs : 0;
  const wakerNs = cost.cpuWakerNs === null ? null : Math.max(0, cost.cpuWakerNs - gapNs);
  return [each(cost.cpuLoopNs), each(wakerNs), each(cost.cpuOtherNs)];
}

function sumOf(series: Series): number | null {
  return totalOf(partsOf(series));
}

function totalOf(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
}

function cellsOf(
  groups: readonly { readonly words: string; readonly series: readonly Series[] }[],
): string[][] {
  return [
    ["Placement", "Approach", "Loop", "Waker", "Other threads", "Sum"],
    ...groups.flatMap(({ words, series }) =>
      series.map((one) => [
        words,
        cellLabel(one),
        ...partsOf(one).map(formatLatency),
        formatLatency(sumOf(one)),
      ]),
    ),
  ];
}
