import Table from "cli-table3";
import type { Comparison, ComparisonRow } from "./comparison.ts";
import type { Contention } from "./contention.ts";
import type { Dispatch } from "./dispatch.ts";
import { formatLatency, wrap } from "./format.ts";
import type { Workload } from "./workload.ts";

export type TableStyle = {
  /** Wraps a text in escape codes, or not. */
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
  /** Columns of the terminal: a wider table is cut into several. Absent: there is no terminal. */
  readonly columns?: number | undefined;
};

export const plainStyle: TableStyle = {
  bold: (text) => text,
  dim: (text) => text,
  warn: (text) => text,
};

const latencyColumns = ["Mean", "p50", "p90", "p99", "p99.9", "Max"] as const;

function latencies({ series }: ComparisonRow): string[] {
  const { meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs } = series.summary;
  return [meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs].map(formatLatency);
}

/** The cells of a comparison's table, header first: what every format shows. */
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
const stageNames = ["enter", "resume", "spawn", "late"] as const;

/** The cells of the second table of `--stages`, `--spawn per-wake` and `--rate`: what there is. */
export function stageCells(comparison: Comparison): string[][] {
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

/** A comparison for the terminal: title, table, stages, notes. */
export function renderComparison(comparison: Comparison, style: TableStyle): string {
  const lines = [style.bold(comparison.title), renderCells(comparisonCells(comparison), style)];
  if (comparison.hasStages) lines.push("", renderCells(stageCells(comparison), style));
  for (const { approach, fault } of comparison.rows) {
    if (fault !== null) lines.push(renderNote(`! ${approach}: ${fault}`, style));
  }
  for (const note of comparison.notes) lines.push(renderNote(note, style));
  return lines.join("\n");
}

/** The tables of the floods for the terminal. */
export function renderContention(
  { title, overview, sections, notes }: Contention,
  style: TableStyle,
): string {
  const blocks = sections.map((section) =>
    [
      style.bold(section.title),
      renderCells(section.rates, style),
      "",
      renderCells(section.costs, style),
      ...section.notes.map((note) => renderNote(note, style)),
    ].join("\n"),
  );
  const head = [
    style.bold(title),
    renderCells(overview, style),
    ...notes.map((note) => renderNote(note, style)),
  ];
  return [head.join("\n"), ...blocks].join("\n\n");
}

/** The tables of calls for the terminal. */
export function renderDispatch(
  { title, sections, life, notes }: Dispatch,
  style: TableStyle,
): string {
  const blocks = sections.map((section) => {
    const tables = [section.calls, section.cases, section.endings].filter((one) => one !== null);
    return [
      style.bold(section.title),
      tables.map((cells) => renderCells(cells, style)).join("\n\n"),
      ...section.notes.map((note) => renderNote(note, style)),
    ].join("\n");
  });
  const foot = [renderCells(life, style), ...notes.map((note) => renderNote(note, style))];
  return [style.bold(title), ...blocks, foot.join("\n")].join("\n\n");
}

/** The tables of a workload for the terminal. */
export function renderWorkload({ title, sections, notes }: Workload, style: TableStyle): string {
  const blocks = sections.map((section) =>
    [
      ...(section.title === "" ? [] : [style.bold(section.title)]),
      renderCells(section.cells, style),
      ...section.notes.map((note) => renderNote(note, style)),
    ].join("\n"),
  );
  const foot = notes.map((note) => renderNote(note, style)).join("\n");
  return [style.bold(title), ...blocks, foot].filter((part) => part !== "").join("\n\n");
}

/** A line below a table; one that begins with "!" is a fault. Wrapped to the terminal's columns. */
export function renderNote(note: string, style: TableStyle): string {
  const room = (style.columns ?? Number.POSITIVE_INFINITY) - 4;
  const text = `  ${wrap(note, room).join("\n    ")}`;
  return note.startsWith("!") ? style.warn(text) : style.dim(text);
}

/** First column to the left, numbers to the right, no frame; in several tables where one is too wide. */
export function renderCells(cells: readonly (readonly string[])[], style: TableStyle): string {
  const tables = groupsOfColumns(cells, style.columns ?? Number.POSITIVE_INFINITY).map((group) =>
    renderGrid(
      cells.map((row) => group.map((column) => row[column] ?? "")),
      style,
    ),
  );
  return tables.join("\n\n");
}

const padding = 2;

/** Which columns stand beside one another: the first in each group, the others once. */
function groupsOfColumns(cells: readonly (readonly string[])[], room: number): number[][] {
  const widths = (cells[0] ?? []).map(
    (_, column) => padding + Math.max(...cells.map((row) => Bun.stringWidth(row[column] ?? ""))),
  );
  const [first = 0] = widths;
  const groups: number[][] = [[0]];
  let width = first;
  for (const [column, own] of widths.entries()) {
    if (column === 0) continue;
    const group = groups.at(-1) as number[];
    if (width + own > room && group.length > 1) {
      groups.push([0, column]);
      width = first + own;
    } else {
      group.push(column);
      width += own;
    }
  }
  return groups;
}

function renderGrid(cells: readonly (readonly string[])[], style: TableStyle): string {
  const [header = [], ...rows] = cells;
  const blank = { top: "", "top-mid": "", "top-left": "", "top-right": "" };
  const bottom = { bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" };
  const middle = { left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" };
  const table = new Table({
    head: header.map((cell) => style.dim(cell)),
    chars: { ...blank, ...bottom, ...middle, middle: "" },
    style: { head: [], border: [], "padding-left": padding, "padding-right": 0 },
    colAligns: header.map((_, index) => (index === 0 ? "left" : "right")),
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replace(/[ \t]+$/gm, "");
}
