import { wrap } from "../format.ts";
import type { TableStyle } from "../table.ts";
import { Canvas } from "./canvas.ts";
import { chooseRows, fitLabels, margin } from "./labels.ts";
import {
  type Glyphs,
  glyphsOf,
  inCharset,
  leastColumns,
  type PlotStyle,
  roomOf,
} from "./plot-style.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";

/** A value, and where it lies with 95 % confidence; null: not known. */
export type Bar = {
  readonly value: number;
  readonly interval: readonly [low: number, high: number] | null;
};

/** Bars of some contenders, in one panel or several beside one another with the same scale. */
export type BarPlot = {
  /** What the bars are of. */
  readonly title: string;
  readonly better: "less" | "more";
  /** What each panel is called; of one alone the name is not shown. */
  readonly panels: readonly string[];
  /** A row has a cell for each panel: a bar, or words that say why there is none. */
  readonly rows: readonly { readonly label: string; readonly cells: readonly (Bar | string)[] }[];
  format(value: number): string;
};

type Row = BarPlot["rows"][number];

/** Beyond that the shortest bars of a terminal are all alike: values are then set on a logarithmic axis. */
const mostSpread = 20;
const leastBarRoom = 6;
const gap = 2;

/** @returns the lines; none where nothing can be drawn */
export function renderBarPlot(bars: BarPlot, style: TableStyle, plot: PlotStyle): string[] {
  const { shown, note } = chooseRows(bars.rows, (row) => badnessOf(row, bars.better));
  const values = shown.flatMap(({ cells }) => cells.filter(isBar)).map(({ value }) => value);
  if (values.length === 0 || plot.columns < leastColumns) return [];
  const labels = fitLabels(
    shown.map(({ label }) => label),
    plot,
  );
  const labelWidth = margin.length + Bun.stringWidth(labels[0] ?? "");
  const texts = shown.map(({ cells }) =>
    cells.map((cell) => inCharset(isBar(cell) ? bars.format(cell.value) : cell, plot)),
  );
  const textWidth = Math.max(...texts.flat().map((text) => Bun.stringWidth(text)));
  const room = roomOf(plot) - labelWidth;
  const perLine = Math.min(
    bars.panels.length,
    Math.floor((room + gap) / (leastBarRoom + 1 + textWidth + gap)),
  );
  if (perLine < 1) return [];
  const width = Math.floor((room + gap) / perLine) - gap;
  const isLog = isWide(values);
  const barWidth = width - textWidth - 1;
  const draw = drawerOf(scaleOf(shown, values, isLog), isLog, barWidth, glyphsOf(plot), style);
  const cellOf = (row: number, panel: number) => {
    const [cell, text = ""] = [shown[row]?.cells[panel], texts[row]?.[panel]];
    if (cell === undefined) return { text: "", width: 0 };
    if (!isBar(cell)) return { text: style.warn(text), width: Bun.stringWidth(text) };
    const bar = draw(cell);
    return { text: `${bar.text} ${text}`, width: bar.width + 1 + Bun.stringWidth(text) };
  };
  const groups = Array.from({ length: Math.ceil(bars.panels.length / perLine) }, (_, group) =>
    bars.panels.map((_, panel) => panel).slice(group * perLine, (group + 1) * perLine),
  );
  const lines = groups.flatMap((panels) => [
    ...(bars.panels.length === 1 ? [] : [headerOf(panels, bars, labelWidth, width, style)]),
    ...shown.map((_, row) => {
      const cells = panels.map((panel) => cellOf(row, panel));
      return `${margin}${labels[row]}${joinCells(cells, width)}`.trimEnd();
    }),
  ]);
  const hasIntervals = shown.some(({ cells }) =>
    cells.some((cell) => isBar(cell) && cell.interval),
  );
  const title = titleOf(bars, { isLog, hasIntervals, note }, plot);
  return [...title.map((line) => style.dim(`${margin}${line}`)), ...lines];
}

function isBar(cell: Bar | string): cell is Bar {
  return typeof cell !== "string";
}

/** Of the panels the first that has a bar. */
function badnessOf({ cells }: Row, better: BarPlot["better"]): number | null {
  const value = cells.find(isBar)?.value;
  return value === undefined ? null : better === "less" ? value : -value;
}

function isWide(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) / least > mostSpread;
}

/** So that every interval is on it, but for those that would leave no room for the values. */
function scaleOf(rows: readonly Row[], values: readonly number[], isLog: boolean): Scale {
  const most = Math.max(...values);
  if (isLog) return logScale([...values, Math.min(...values) / 2]);
  const ends = rows.flatMap(({ cells }) =>
    cells.filter(isBar).map(({ value, interval }) => interval?.[1] ?? value),
  );
  return linearScale(Math.max(most, Math.min(Math.max(...ends), 1.5 * most)));
}

type Drawn = { readonly text: string; readonly width: number };

function drawerOf(
  scale: Scale,
  isLog: boolean,
  width: number,
  glyphs: Glyphs,
  style: TableStyle,
): (bar: Bar) => Drawn {
  return isLog
    ? (bar) => drawDot(bar, scale, width, glyphs, style)
    : (bar) => drawBar(bar, scale, width, glyphs, style);
}

/** Full up to the interval's low end, then the interval; without one, to a part of a column. */
function drawBar(bar: Bar, scale: Scale, width: number, glyphs: Glyphs, style: TableStyle): Drawn {
  const { value, interval } = bar;
  const columnsOf = (amount: number) => scale.at(amount) * width;
  const line = new Canvas(width);
  const [lowEnd, highEnd] = interval ?? [value, value];
  // What is narrower than half a column cannot be shown, and the bar's end can be told finer.
  if (columnsOf(highEnd) - columnsOf(lowEnd) < 0.5) {
    return drawPlainBar(bar, columnsOf(value), width, glyphs, style);
  }
  const low = Math.min(width - 1, Math.round(columnsOf(lowEnd)));
  const high = Math.max(low + 1, Math.round(columnsOf(highEnd)));
  line.fill(0, low - 1, glyphs.full);
  line.fill(low, high - 1, glyphs.interval);
  const column = Math.floor(columnsOf(value));
  const isInside = column > low && column < high - 1;
  if (isInside) line.fill(column, column, glyphs.value, "mark");
  if (highEnd > scale.high) line.fill(high - 1, high - 1, glyphs.open);
  return { text: line.render(style), width: high };
}

/** @param columns how long it is, with the part of a column */
function drawPlainBar(
  { value }: Bar,
  columns: number,
  width: number,
  { full, parts }: Glyphs,
  style: TableStyle,
): Drawn {
  const line = new Canvas(width);
  const whole = Math.floor(columns);
  line.fill(0, whole - 1, full);
  const part = Math.round((columns - whole) * (parts.length + 1)) - 1;
  // What is there is seen, however short.
  const least = whole === 0 && value > 0 ? parts[0] : undefined;
  const rest = part >= parts.length ? full : (parts[part] ?? least);
  if (rest === undefined || whole >= width) return { text: line.render(style), width: whole };
  line.fill(whole, whole, rest);
  return { text: line.render(style), width: whole + 1 };
}

/** A trail up to the value, and its interval around it. */
function drawDot(
  { value, interval }: Bar,
  scale: Scale,
  width: number,
  glyphs: Glyphs,
  style: TableStyle,
): Drawn {
  const columnOf = (amount: number) =>
    amount <= scale.low ? 0 : Math.round(scale.at(amount) * (width - 1));
  const line = new Canvas(width);
  const column = columnOf(value);
  const [low, high] = (interval ?? [value, value]).map(columnOf);
  line.fill(0, column, glyphs.trail, "faint");
  if (low !== undefined && high !== undefined && high > low) {
    line.fill(low, high, glyphs.whisker);
  }
  line.fill(column, column, glyphs.dot, "mark");
  return { text: line.render(style), width: Math.max(column, high ?? column) + 1 };
}

/** Cells below one another: each as wide as its panel, the last as it is. */
function joinCells(cells: readonly Drawn[], width: number): string {
  return cells
    .map(({ text, width: own }) => text + " ".repeat(Math.max(0, width - own)))
    .join(" ".repeat(gap));
}

function headerOf(
  panels: readonly number[],
  bars: BarPlot,
  labelWidth: number,
  width: number,
  style: TableStyle,
): string {
  const names = panels.map((panel) => (bars.panels[panel] ?? "").slice(0, width));
  const cells = names.map((text) => ({ text, width: Bun.stringWidth(text) }));
  return style.dim(`${" ".repeat(labelWidth)}${joinCells(cells, width)}`.trimEnd());
}

function titleOf(
  { title, better }: BarPlot,
  { isLog, hasIntervals, note }: { isLog: boolean; hasIntervals: boolean; note: string | null },
  plot: PlotStyle,
): string[] {
  const glyphs = glyphsOf(plot);
  const parts = [
    title,
    `${better} is better`,
    ...(hasIntervals ? [`${isLog ? glyphs.whisker : glyphs.interval} 95 % interval`] : []),
    ...(isLog ? ["logarithmic"] : []),
    ...(note === null ? [] : [note]),
  ];
  return wrap(inCharset(parts.join(", "), plot), roomOf(plot) - margin.length);
}
