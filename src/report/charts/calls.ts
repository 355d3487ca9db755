import type { Results, Series } from "../../results/schema.ts";
import { callGroups, callsTitle, caseWords } from "../dispatch.ts";
import { callsOf, isPlain, nsPerCall } from "../dispatch-series.ts";
import { formatLatency } from "../format.ts";
import type { BarGroup, BarRow, BarsChart } from "./kinds.ts";
import {
  cellLabel,
  labelOf,
  type Palette,
  roundedOrNull,
  rowOf,
  sortedBy,
  tellEnds,
} from "./rows.ts";

const parts = ["loop", "worker", "other threads"] as const;

/** What calls cost: a chart for each number in flight and each work, and one of their cases. */
export function callCharts(results: Results, palette: Palette): BarsChart[] {
  return callGroups(results).flatMap((group) => [
    ...cpuOf(group, palette),
    ...casesOf(group, palette),
  ]);
}

function cpuOf(group: readonly Series[], palette: Palette): BarsChart[] {
  const plain = group.filter(isPlain);
  const [first] = plain;
  if (first === undefined) return [];
  const placements = [...Map.groupBy(plain, placementOf)].map(
    ([placement, own]) => [placement, sortedBy(own, nsPerCall)] as const,
  );
  const groups = placements.map(([title, own]) => ({
    title,
    rows: own.map((series) => cpuRowOf(series, palette)),
  }));
  return [
    {
      id: "dispatch-cpu",
      kind: "bars",
      scenario: "dispatch",
      title: "CPU time for each call",
      subtitle: `${callsTitle(first)}. What the loop's thread, the worker and all others of the process used; the stroke is the time that a call took, and what stands right of it`,
      description: `By the time that a call took. ${tellGroups(groups, ({ mark }) => mark)}`,
      cells: [
        ["Placement", "Framework", "Time", "Loop", "Worker", "Other threads", "p50", "p99"],
        ...placements.flatMap(([placement, own]) =>
          own.map((series) => [
            placement,
            cellLabel(series),
            formatLatency(nsPerCall(series)),
            ...cpuPartsOf(series).map(formatLatency),
            formatLatency(series.summary.p50Ns),
            formatLatency(series.summary.p99Ns),
          ]),
        ),
      ],
      data: {
        shape: "bars",
        axis: "CPU time for each call",
        unit: "ns",
        isScaleShared: false,
        parts,
        markName: "time of a call",
        intervalName: "",
        groups,
      },
    },
  ];
}

function placementOf({ params }: Series): string {
  return String(params.placement ?? "any");
}

function cpuPartsOf(series: Series): (number | null)[] {
  const calls = callsOf(series);
  const { cpuLoopNs, cpuWakerNs, cpuOtherNs } = series.cost;
  return [cpuLoopNs, cpuWakerNs, cpuOtherNs].map((timeNs) =>
    timeNs === null || calls === 0 ? null : timeNs / calls,
  );
}

function cpuRowOf(series: Series, palette: Palette): BarRow {
  const timeNs = roundedOrNull(nsPerCall(series));
  return {
    ...rowOf(series, palette),
    amounts: cpuPartsOf(series).map(roundedOrNull),
    intervals: [],
    mark: timeNs,
    note: formatLatency(timeNs),
  };
}

/** What signals, timeouts and exceptions cost: a group for each contender and placement. */
function casesOf(group: readonly Series[], palette: Palette): BarsChart[] {
  const groups = group.filter(isPlain).flatMap((plain): CaseGroup[] => {
    const cases = group.filter(
      (other) =>
        other.params.case !== undefined &&
        other.contender === plain.contender &&
        placementOf(other) === placementOf(plain),
    );
    if (cases.length === 0) return [];
    const title = `${labelOf(plain)}, ${placementOf(plain)}`;
    const series = [plain, ...cases];
    // How long a call takes that is given up is how long it was given: the table has it.
    const drawn = series.filter(({ params }) => params.case !== "expiry");
    return [{ title, series, rows: drawn.map((one) => caseRowOf(one, palette)) }];
  });
  if (groups.length === 0) return [];
  return [
    {
      id: "dispatch-cases",
      kind: "bars",
      scenario: "dispatch",
      title: "What a call costs that can be given up, or fails",
      subtitle: "Time of a call, plain and with more asked of it; less is better",
      description: tellGroups(groups, ({ amounts }) => amounts[0] ?? null),
      cells: [
        ["Framework", "Case", "Time", "p50", "p99"],
        ...groups.flatMap(({ title, series }) =>
          series.map((one) => [
            title,
            caseOf(one),
            formatLatency(nsPerCall(one)),
            formatLatency(one.summary.p50Ns),
            formatLatency(one.summary.p99Ns),
          ]),
        ),
      ],
      data: {
        shape: "points",
        axis: "time of a call",
        unit: "ns",
        isScaleShared: true,
        parts: ["time of a call"],
        markName: null,
        intervalName: "",
        groups: groups.map(({ title, rows }) => ({ title, rows })),
      },
    },
  ];
}

type CaseGroup = BarGroup & { readonly series: readonly Series[] };

function caseOf({ params }: Series): string {
  return params.case === undefined
    ? "plain"
    : (caseWords[String(params.case)] ?? String(params.case));
}

function caseRowOf(series: Series, palette: Palette): BarRow {
  return {
    ...rowOf(series, palette),
    label: caseOf(series),
    amounts: [roundedOrNull(nsPerCall(series))],
    intervals: [],
    mark: null,
    note: null,
  };
}

function tellGroups(groups: readonly BarGroup[], amountOf: (row: BarRow) => number | null): string {
  return groups
    .map(({ title, rows }) => {
      const told = rows.map((row) => ({ row, amount: amountOf(row) }));
      return `${title}: ${tellEnds(told, "ns")}`;
    })
    .join(" ");
}
