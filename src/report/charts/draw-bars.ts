import { type BarFrame, barFrames, headingLinePx } from "./bar-frames.ts";
import {
  axisStyle,
  baseOption,
  type Canvas,
  colorOf,
  gridOf,
  legendHeightPx,
  legendOf,
  rowLabels,
  tooltipStyle,
} from "./canvas.ts";
import type { Drawing } from "./draw.ts";
import type { BarRow, Bars } from "./kinds.ts";
import { rowAxis, rowTexts } from "./row-axis.ts";
import { widestPx } from "./text-width.ts";
import { axisHit, tooltipHtml } from "./tooltip.ts";
import { formatInterval, formatTick, formatUnit } from "./units.ts";
import { whiskers } from "./whiskers.ts";

/** The symbols of points, in the order of the parts: told apart without a colour. */
const pointSymbols = ["circle", "triangle", "diamond", "rect"] as const;

/** Groups of rows below one another, each with bars from 0 or with points on a logarithmic axis. */
export function drawBars(bars: Bars, canvas: Canvas): Drawing {
  const rows = bars.groups.flatMap((group) => group.rows);
  const labels = rowLabels(rows, canvas);
  const figures = rows.map((row) => figureOf(row, bars));
  const rightPx = Math.ceil(widestPx(figures, canvas.fontPx)) + 16;
  const { frames, bottom } = barFrames(bars, labels.roomPx, rightPx, canvas);
  const names = legendNames(bars);
  let first = 0;
  const parts = frames.map((frame, index) => {
    const from = first;
    first += frame.rows.length;
    return {
      yAxis: {
        ...rowAxis(labels.texts.slice(from, first), frame.rows, canvas),
        gridIndex: index,
      },
      xAxis: { ...amountAxis(frame, bars, canvas), gridIndex: index },
      series: groupSeries(frame, index, figures.slice(from, first), bars, canvas),
    };
  });
  return {
    heightPx: bottom + legendHeightPx(names, canvas) + 4,
    option: {
      ...baseOption(canvas),
      grid: frames.map(gridOf),
      title: frames.map(({ heading }) => headingOf(heading, canvas)),
      xAxis: parts.map(({ xAxis }) => xAxis),
      yAxis: parts.map(({ yAxis }) => yAxis),
      legend: legendOf(names, bottom, canvas),
      tooltip: { ...tooltipStyle(canvas), trigger: "axis", formatter: tooltipOf(bars) },
      series: parts.flatMap(({ series }) => series),
    },
  };
}

/** What stands at the end of a row: its note, or its sum, or the first of its points. */
function figureOf({ note, amounts }: BarRow, { shape, unit }: Bars): string {
  if (note !== null) return note;
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0) return "-";
  if (shape === "points") return formatUnit(unit, known[0] ?? null);
  return formatUnit(
    unit,
    known.reduce((sum, amount) => sum + amount, 0),
  );
}

function legendNames({ parts, markName }: Bars): string[] {
  return [...(parts.length > 1 ? parts : []), ...(markName === null ? [] : [markName])];
}

function headingOf({ lines, top }: BarFrame["heading"], { theme, fontPx }: Canvas) {
  return {
    text: lines.join("\n"),
    show: lines.length > 0,
    left: 0,
    top,
    padding: 0,
    textStyle: {
      color: theme.ink,
      fontSize: fontPx,
      fontWeight: "bold" as const,
      lineHeight: headingLinePx,
    },
  };
}

function amountAxis({ scale, hasAxis }: BarFrame, { shape, axis, unit }: Bars, canvas: Canvas) {
  const style = axisStyle(canvas);
  return {
    ...style,
    type: shape === "points" ? ("log" as const) : ("value" as const),
    name: hasAxis ? (shape === "points" ? `${axis}, logarithmic` : axis) : "",
    nameLocation: "middle" as const,
    nameGap: 24,
    min: scale.min,
    max: scale.max,
    axisTick: { ...style.axisTick, customValues: scale.ticks },
    axisLabel: {
      ...style.axisLabel,
      customValues: scale.ticks,
      formatter: (amount: number) => formatTick(unit, amount),
    },
  };
}

function groupSeries(
  frame: BarFrame,
  index: number,
  figures: readonly string[],
  bars: Bars,
  canvas: Canvas,
) {
  const { rows, scale } = frame;
  const axes = { xAxisIndex: index, yAxisIndex: index };
  const texts = rows.map(({ fault }, row) => ({ figure: figures[row] ?? "", fault }));
  return [
    ...bars.parts.map((name, part) => ({
      ...axes,
      name,
      ...(bars.shape === "points"
        ? pointSeries(rows, part, canvas)
        : barSeries(frame, index, part, bars, canvas)),
    })),
    ...(bars.markName === null ? [] : [{ ...axes, ...markSeries(bars.markName, rows, canvas) }]),
    { ...axes, ...whiskers(rows, scale, canvas) },
    rowTexts(texts, frame, scale.min, canvas, index),
  ];
}

function barSeries({ rows }: BarFrame, group: number, part: number, bars: Bars, canvas: Canvas) {
  const isStacked = bars.parts.length > 1;
  const partColor = canvas.theme.parts[part % canvas.theme.parts.length] ?? canvas.theme.floor;
  return {
    type: "bar" as const,
    stack: `group ${group}`,
    barMaxWidth: 16,
    itemStyle: { color: partColor },
    data: rows.map(({ amounts, tone }) => ({
      value: amounts[part] ?? null,
      itemStyle: isStacked ? {} : { color: colorOf(tone, canvas) },
    })),
  };
}

function pointSeries(rows: readonly BarRow[], part: number, canvas: Canvas) {
  return {
    type: "scatter" as const,
    z: 4,
    symbol: pointSymbols[part % pointSymbols.length],
    symbolSize: 10,
    itemStyle: {
      color: canvas.theme.ink,
      borderColor: canvas.theme.ground,
      borderWidth: 1,
      opacity: 1,
    },
    data: rows.flatMap(({ amounts, tone }, row) => {
      const amount = amounts[part] ?? null;
      if (amount === null || amount <= 0) return [];
      return [{ value: [amount, row], itemStyle: { color: colorOf(tone, canvas) } }];
    }),
  };
}

function markSeries(name: string, rows: readonly BarRow[], { theme }: Canvas) {
  return {
    type: "scatter" as const,
    name,
    z: 5,
    symbol: "rect",
    symbolSize: [3, 20],
    itemStyle: { color: theme.ink, borderColor: theme.ground, borderWidth: 1 },
    data: rows.flatMap(({ mark }, row) => (mark === null ? [] : [[mark, row]])),
  };
}

function tooltipOf({ groups, parts, unit, markName, intervalName }: Bars) {
  return (told: unknown) => {
    const hit = axisHit(told);
    const row = groups[hit?.axis ?? -1]?.rows[hit?.row ?? -1];
    if (row === undefined) return "";
    const lines = parts.flatMap((name, part): [string, string][] => {
      const interval = row.intervals[part] ?? null;
      return [
        [name, formatUnit(unit, row.amounts[part] ?? null)],
        ...(interval === null
          ? []
          : [[intervalName, formatInterval(unit, interval)] as [string, string]]),
      ];
    });
    if (markName !== null) lines.push([markName, formatUnit(unit, row.mark)]);
    return tooltipHtml(row.fault === null ? row.label : `${row.label}: ${row.fault}`, lines);
  };
}
