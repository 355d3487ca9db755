import Table from "cli-table3";
import { wrap } from "./format.ts";
import type { PlotStyle } from "./plots/plot-style.ts";
import { type Block, isFaultNote, type TableGroup } from "./table-groups.ts";

export type TableStyle = {
  /** Wraps a text in escape codes, or not. */
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
  /** Columns of the terminal: a wider table is cut into several. Absent: there is no terminal. */
  readonly columns?: number | undefined;
  /** Absent: tables alone. */
  readonly plot?: PlotStyle | undefined;
};

export const plainStyle: TableStyle = {
  bold: (text) => text,
  dim: (text) => text,
  warn: (text) => text,
};

/** A group of tables for the terminal: its title, then its blocks with an empty line between them. */
export function renderGroup({ title, blocks }: TableGroup, style: TableStyle): string {
  const texts = blocks.map((block) => renderBlock(block, style));
  const [first] = blocks;
  const head = style.bold(title);
  // What has no title of its own stands right below that of the whole.
  const isHeaded = first?.title === "" && first.grids.length > 0;
  const [own = "", ...others] = texts;
  const all = isHeaded ? [`${head}\n${own}`, ...others] : [head, ...texts];
  return all.join("\n\n");
}

function renderBlock(block: Block, style: TableStyle): string {
  const { title, grids, faults, notes, draw } = block;
  const drawn = style.plot === undefined ? [] : (draw?.(style, style.plot) ?? []);
  return [
    ...(title === "" ? [] : [style.bold(title)]),
    ...(grids.length === 0 ? [] : [grids.map((cells) => renderCells(cells, style)).join("\n\n")]),
    ...faults.map(({ approach, fault }) => renderNote(`! ${approach}: ${fault}`, style)),
    ...notes.map((note) => renderNote(note, style)),
    ...(drawn.length === 0 ? [] : ["", ...drawn]),
  ].join("\n");
}

/** A line below a table; one that begins with "!" is a fault. Wrapped to the terminal's columns. */
export function renderNote(note: string, style: TableStyle): string {
  const room = (style.columns ?? Number.POSITIVE_INFINITY) - 4;
  const text = `  ${wrap(note, room).join("\n    ")}`;
  return isFaultNote(note) ? style.warn(text) : style.dim(text);
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
