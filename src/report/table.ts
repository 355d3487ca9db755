import Table from "cli-table3";
import type { Comparison, ComparisonRow } from "./comparison.ts";
import type { Contention } from "./contention.ts";
import { formatLatency } from "./format.ts";

export type TableStyle = {
  /** Wraps a text in escape codes, or not. */
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
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
    if (fault !== null) lines.push(style.warn(`  ! ${approach}: ${fault}`));
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

/** A line below a table; one that begins with "!" is a fault. */
export function renderNote(note: string, style: TableStyle): string {
  return note.startsWith("!") ? style.warn(`  ${note}`) : style.dim(`  ${note}`);
}

/** First column to the left, numbers to the right, no frame. */
export function renderCells(cells: readonly (readonly string[])[], style: TableStyle): string {
  const [header = [], ...rows] = cells;
  const blank = { top: "", "top-mid": "", "top-left": "", "top-right": "" };
  const bottom = { bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" };
  const middle = { left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" };
  const table = new Table({
    head: header.map((cell) => style.dim(cell)),
    chars: { ...blank, ...bottom, ...middle, middle: "" },
    style: { head: [], border: [], "padding-left": 2, "padding-right": 0 },
    colAligns: header.map((_, index) => (index === 0 ? "left" : "right")),
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replace(/[ \t]+$/gm, "");
}
