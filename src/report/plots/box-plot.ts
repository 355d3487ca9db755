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
import { formatTickNs, logScale, logTicks, type Scale } from "./scale.ts";

/** What is known of a distribution; nanoseconds, all above 0. */
export type Box = {
  readonly leastNs: number;
  readonly p50Ns: number;
  /** Null: too few samples lie above p75. */
  readonly quartilesNs: readonly [p25: number, p75: number] | null;
  /** The highest percentile that is not withheld. */
  readonly endNs: number;
  /** Whether that is p99. */
  readonly isWhole: boolean;
};

export type BoxPlot = {
  /** What the boxes are of. */
  readonly title: string;
  /** A row has a box, or words that say why it has none. */
  readonly rows: readonly { readonly label: string; readonly box: Box | string }[];
};

/**
 * Distributions beside one another on one logarithmic axis, a line each:
 *
 *     callback  ├──▒▒┃▒▒▒──────────┤
 *     worker         ├────▒▒▒┃▒▒▒▒▒▒▒────────›
 *               ─────┴────────┴────────┴──────
 *                   5 µs    10 µs    20 µs
 *
 * @returns the lines; none where nothing can be drawn
 */
export function renderBoxPlot(
  { title, rows }: BoxPlot,
  style: TableStyle,
  plot: PlotStyle,
): string[] {
  const { shown, note } = chooseRows(rows, ({ box }) =>
    typeof box === "string" ? null : box.p50Ns,
  );
  const boxes = shown.flatMap(({ box }) => (typeof box === "string" ? [] : [box]));
  if (boxes.length === 0 || plot.columns < leastColumns) return [];
  const glyphs = glyphsOf(plot);
  const labels = fitLabels(
    shown.map(({ label }) => label),
    plot,
  );
  const width = roomOf(plot) - margin.length - Bun.stringWidth(labels[0] ?? "");
  const scale = logScale(boxes.flatMap(({ leastNs, endNs }) => [leastNs, endNs]));
  const columnOf = (timeNs: number) => Math.round(scale.at(timeNs) * (width - 1));
  const axis = axisOf(scale, width, columnOf, plot);
  const lines = shown.map(({ box }, row) => {
    const line = new Canvas(width);
    if (typeof box === "string") {
      return `${margin}${labels[row]}${style.warn(inCharset(box, plot))}`;
    }
    drawBox(line, box, columnOf, glyphs);
    for (const { column } of axis.ticks) {
      if (line.isBlank(column)) line.fill(column, column, glyphs.grid, "faint");
    }
    return `${margin}${labels[row]}${line.render(style)}`;
  });
  const indent = margin + " ".repeat(Bun.stringWidth(labels[0] ?? ""));
  const legend = legendOf(title, boxes, plot, note);
  return [
    ...legend.map((line) => style.dim(`${margin}${line}`)),
    ...lines,
    ...axis.lines.map((line) => `${indent}${style.dim(line)}`),
  ];
}

function drawBox(
  line: Canvas,
  { leastNs, p50Ns, quartilesNs, endNs, isWhole }: Box,
  columnOf: (timeNs: number) => number,
  glyphs: Glyphs,
): void {
  const [least, median, end] = [columnOf(leastNs), columnOf(p50Ns), columnOf(endNs)];
  line.fill(least, end, glyphs.whisker);
  line.fill(least, least, glyphs.least);
  if (quartilesNs !== null) {
    line.fill(columnOf(quartilesNs[0]), columnOf(quartilesNs[1]), glyphs.box);
  }
  line.fill(end, end, isWhole ? glyphs.p99 : glyphs.open);
  line.fill(median, median, glyphs.median, "mark");
}

type Tick = { readonly column: number; readonly from: number; readonly text: string };

/** The axis with as many ticks as have room for their names. */
function axisOf(
  scale: Scale,
  width: number,
  columnOf: (timeNs: number) => number,
  plot: PlotStyle,
): { readonly ticks: readonly Tick[]; readonly lines: readonly string[] } {
  const placed = logTicks(scale).map((values) =>
    values.map((value): Tick => {
      const text = inCharset(formatTickNs(value), plot);
      const column = columnOf(value);
      const centred = column - Math.floor(text.length / 2);
      return { column, text, from: Math.min(Math.max(0, centred), width - text.length) };
    }),
  );
  const ticks = placed.find(haveRoom) ?? [];
  const glyphs = glyphsOf(plot);
  const rule = [...glyphs.axis.repeat(width)];
  const names = new Canvas(width);
  for (const { column, from, text } of ticks) {
    rule[column] = glyphs.tick;
    names.write(from, text);
  }
  const plain = (text: string) => text;
  return { ticks, lines: [rule.join(""), names.render({ bold: plain, dim: plain, warn: plain })] };
}

const leastGap = 2;

function haveRoom(ticks: readonly Tick[]): boolean {
  return ticks.every((tick, index) => {
    const before = ticks[index - 1];
    return before === undefined || before.from + before.text.length + leastGap <= tick.from;
  });
}

/** What is drawn and what the glyphs mean, in as many lines as the terminal needs. */
function legendOf(
  title: string,
  boxes: readonly Box[],
  plot: PlotStyle,
  note: string | null,
): string[] {
  const { least, box, median, p99, open } = glyphsOf(plot);
  const parts = [
    title,
    "logarithmic",
    `${least} least`,
    ...(boxes.some(({ quartilesNs }) => quartilesNs !== null) ? [`${box} p25 to p75`] : []),
    `${median} p50`,
    ...(boxes.some(({ isWhole }) => isWhole) ? [`${p99} p99`] : []),
    ...(boxes.some(({ isWhole }) => !isWhole) ? [`${open} p99 is withheld: too few samples`] : []),
    ...(note === null ? [] : [note]),
  ];
  return joinFitting(
    parts.map((part) => inCharset(part, plot)),
    roomOf(plot) - margin.length,
  );
}

/** Parts with a comma between them, never broken within one. */
function joinFitting(parts: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = `${last}, ${part}`;
    if (last === undefined || Bun.stringWidth(joined) > room) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
