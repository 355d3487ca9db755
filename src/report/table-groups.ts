import type { Results, Series } from "../results/schema.ts";
import { type Comparison, type ComparisonRow, comparisons } from "./comparison.ts";
import { type Contention, contention } from "./contention.ts";
import { type Dispatch, dispatches } from "./dispatch.ts";
import { formatLatency } from "./format.ts";
import { type BarPlot, renderBarPlot } from "./plots/bar-plot.ts";
import { renderBoxPlot } from "./plots/box-plot.ts";
import type { PlotStyle } from "./plots/plot-style.ts";
import { wakeBoxes } from "./plots/wake-boxes.ts";
import type { TableStyle } from "./table.ts";
import { type Workload, workloads } from "./workload.ts";

/** Tables that stand together, and what must be known to read them. */
export type Block = {
  /** Empty: it has none. */
  readonly title: string;
  /** Each its header first, names in the first column. */
  readonly grids: readonly (readonly (readonly string[])[])[];
  /** Rows with nothing to show but what went wrong. */
  readonly faults: readonly { readonly approach: string; readonly fault: string }[];
  /** A line each; one that begins with "!" is a fault. */
  readonly notes: readonly string[];
  /** What decides, drawn for a terminal: lines; none where it has no room. */
  draw?(style: TableStyle, plot: PlotStyle): readonly string[];
};

/** Whether a line below a table tells of something that went wrong. */
export function isFaultNote(note: string): boolean {
  return note.startsWith("!");
}

/** A group of tables of a report, said once for the terminal, Markdown and the page. */
export type TableGroup = {
  readonly scenario: string;
  readonly title: string;
  readonly blocks: readonly Block[];
};

/** All tables of a results file, in the order of a report. */
export function tableGroups(results: Results): TableGroup[] {
  const floods = contention(results);
  return [
    ...comparisons(results).map(comparisonGroup),
    ...(floods === null ? [] : [contentionGroup(floods)]),
    ...dispatches(results).map(dispatchGroup),
    ...workloads(results).map(workloadGroup),
  ];
}

const latencyColumns = ["Mean", "p50", "p90", "p99", "p99.9", "Max"] as const;

function latencies({ series }: ComparisonRow): string[] {
  const { meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs } = series.summary;
  return [meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs].map(formatLatency);
}

/** The cells of a comparison's table, header first. */
export function comparisonCells(comparison: Comparison): string[][] {
  const header = ["Approach", ...latencyColumns, "Relative", "±"];
  const rows = comparison.rows.map((row) => [
    row.approach,
    ...latencies(row),
    row.relative,
    row.plusMinus,
  ]);
  return [header, ...rows];
}

const stageTitles = { enter: "Enter", resume: "Resume", spawn: "Spawn", late: "Late" } as const;
const stageNames = [
  "enter",
  "resume",
  "spawn",
  "late",
] as const satisfies (keyof Series["stages"])[];

/** The cells of the second table of `--stages`, `--spawn per-wake` and `--rate`: what there is. */
function stageCells(comparison: Comparison): string[][] {
  const names = stageNames.filter((name) =>
    comparison.rows.some(({ series }) => series.stages[name] !== undefined),
  );
  const titles = names.flatMap((name) => [`${stageTitles[name]} p50`, `${stageTitles[name]} p99`]);
  const rows = comparison.rows.map(({ approach, series: { stages } }) => [
    approach,
    ...names.flatMap((name) => [
      formatLatency(stages[name]?.p50Ns ?? null),
      formatLatency(stages[name]?.p99Ns ?? null),
    ]),
  ]);
  return [["Approach", ...titles], ...rows];
}

/** Single wakes in one placement. */
export function comparisonGroup(comparison: Comparison): TableGroup {
  const { title, rows, hasStages, notes } = comparison;
  const grids = [comparisonCells(comparison), ...(hasStages ? [stageCells(comparison)] : [])];
  const faults = rows.flatMap(({ approach, fault }) =>
    fault === null ? [] : [{ approach, fault }],
  );
  const draw: Block["draw"] = (...styles) => renderBoxPlot(wakeBoxes(comparison), ...styles);
  return { scenario: "wake", title, blocks: [{ title: "", grids, faults, notes, draw }] };
}

function drawer(bars: BarPlot): NonNullable<Block["draw"]> {
  return (style, plot) => renderBarPlot(bars, style, plot);
}

/** Floods: all numbers of threads at a glance, then each. */
export function contentionGroup({
  title,
  overview,
  bars,
  sections,
  notes,
}: Contention): TableGroup {
  const blocks = sections.map((section) => ({
    title: section.title,
    grids: [section.rates, section.costs],
    faults: [],
    notes: section.notes,
  }));
  const head = { title: "", grids: [overview], faults: [], notes, draw: drawer(bars) };
  return { scenario: "burst", title, blocks: [head, ...blocks] };
}

/** Calls in each placement, then what belongs to all of them. */
export function dispatchGroup({ title, sections, bars, life, notes }: Dispatch): TableGroup {
  const blocks = sections.map((section) => ({
    title: section.title,
    grids: [section.calls, section.cases, section.endings].filter((cells) => cells !== null),
    faults: [],
    notes: section.notes,
  }));
  const foot = { title: "", grids: [life], faults: [], notes, draw: drawer(bars) };
  return { scenario: "dispatch", title, blocks: [...blocks, foot] };
}

/** The tables of a workload. */
export function workloadGroup({ scenario, title, sections, notes }: Workload): TableGroup {
  const blocks = sections.map((section) => ({
    title: section.title,
    grids: [section.cells],
    faults: [],
    notes: section.notes,
    draw: drawer(section.bars),
  }));
  const foot = { title: "", grids: [], faults: [], notes };
  return { scenario, title, blocks: notes.length === 0 ? blocks : [...blocks, foot] };
}
