import {
  baseOption,
  type Canvas,
  type Frame,
  gridOf,
  labelShare,
  legendHeightPx,
  legendOf,
  lineIconPx,
  shortLabel,
  tooltipStyle,
} from "./canvas.ts";
import type { Drawing } from "./draw.ts";
import { endLabelPx, endLabels, leaderPx } from "./end-labels.ts";
import { intervalBars } from "./interval-bars.ts";
import type { Line, Lines } from "./kinds.ts";
import { figureAxis, tailAxis, threadsAxis } from "./log-axes.ts";
import { fitText, widestPx } from "./text-width.ts";
import { toneStyle } from "./theme.ts";
import { tooltipHtml } from "./tooltip.ts";
import { formatTick, formatUnit, logScale, type Scale } from "./units.ts";

const plotPx = { wide: 420, narrow: 300 } as const;
const axisPx = 42;

/** Curves with their names at their ends, or on a phone in a legend. */
export function drawLines(data: Lines, canvas: Canvas): Drawing {
  const { lines, unit } = data;
  const drawn = lines.filter(({ points }) => points.length > 0);
  const most = labelShare * canvas.widthPx;
  const labels = drawn.map((line) => fitText(nameOf(line, canvas), canvas.fontPx, most));
  const rightPx = canvas.isNarrow ? 14 : Math.ceil(widestPx(labels, canvas.fontPx)) + leaderPx + 20;
  const yScale = logScale(amountsOf(drawn), 8);
  const tickTexts = yScale.ticks.map((tick) => formatTick(unit, tick));
  const leftPx = Math.ceil(widestPx(tickTexts, canvas.fontPx - 1)) + 12;
  const least = canvas.isNarrow ? plotPx.narrow : plotPx.wide;
  const frame: Frame = {
    left: leftPx,
    top: 28,
    width: Math.max(120, canvas.widthPx - leftPx - rightPx),
    height: canvas.isNarrow ? least : Math.max(least, drawn.length * endLabelPx),
  };
  const names = canvas.isNarrow ? drawn.map((line) => nameOf(line, canvas)) : [];
  const bottom = frame.top + frame.height + axisPx;
  return {
    heightPx: bottom + legendHeightPx(names, canvas, lineIconPx) + 4,
    option: {
      ...baseOption(canvas),
      grid: gridOf(frame),
      xAxis: (data.x === "tail" ? tailAxis : threadsAxis)(data, frame, canvas),
      yAxis: yAxisOf(data, yScale, canvas),
      legend: legendOf(names, bottom, canvas, lineIconPx),
      tooltip: { ...tooltipStyle(canvas), trigger: "axis", formatter: tooltipOf(data, drawn) },
      series: [
        ...lineSeries(drawn, data, canvas),
        ...drawn.map((line) => intervalBars(line, nameOf(line, canvas), yScale, canvas)),
        ...(canvas.isNarrow ? [] : [endLabels(drawn, labels, frame, yScale, canvas)]),
      ],
    },
  };
}

/** An interval beyond this many times the points would leave them no room; it is cut at the axis's end. */
const intervalReach = 2;

function amountsOf(drawn: readonly Line[]): number[] {
  const known = drawn.flatMap(({ points }) => points.map(([, y]) => y));
  const [least, most] = [Math.min(...known) / intervalReach, Math.max(...known) * intervalReach];
  const ends = drawn.flatMap(({ intervals }) => intervals.flatMap(([, low, high]) => [low, high]));
  return [...known, ...ends.map((end) => Math.min(most, Math.max(least, end)))];
}

/** Also the name of its series: legend and whiskers go by it. */
function nameOf({ label, fault }: Line, { isNarrow }: Canvas): string {
  const name = isNarrow ? shortLabel(label) : label;
  return fault === null ? name : `! ${name}: ${fault}`;
}

function yAxisOf({ yAxis, unit }: Lines, scale: Scale, canvas: Canvas) {
  const axis = figureAxis(unit, scale, canvas);
  return {
    ...axis,
    name: `${yAxis}, logarithmic`,
    nameLocation: "end" as const,
    nameGap: 12,
    nameTextStyle: { ...axis.nameTextStyle, align: "left" as const },
  };
}

function lineSeries(drawn: readonly Line[], { x }: Lines, canvas: Canvas) {
  const { theme } = canvas;
  return drawn.map((line) => {
    const { color, dashes, symbol } = toneStyle(line.tone, theme);
    return {
      type: "line" as const,
      name: nameOf(line, canvas),
      z: 3,
      data: line.points.map(([at, amount]) => [at, amount]),
      symbol,
      symbolSize: 7,
      showSymbol: x === "threads" || line.points.length === 1,
      itemStyle: { color },
      lineStyle: { color, width: 1.8, type: dashes.length === 0 ? "solid" : [...dashes] },
      emphasis: { focus: "series" as const },
    };
  });
}

function tooltipOf({ x, unit }: Lines, drawn: readonly Line[]) {
  return (told: unknown) => {
    const [first] = Array.isArray(told) ? (told as { axisValue?: unknown }[]) : [];
    const at = Number(first?.axisValue);
    if (!Number.isFinite(at)) return "";
    const lines = drawn
      .flatMap(({ label, points }) => {
        const point = points.find(([each]) => Math.abs(each / at - 1) < 0.01);
        return point === undefined ? [] : [{ label, amount: point[1] }];
      })
      // The best one first.
      .toSorted((one, other) => (one.amount - other.amount) * (unit === "ns" ? 1 : -1));
    const heading = x === "threads" ? `${at} threads` : `${percentOf(at)} of the samples`;
    return tooltipHtml(
      heading,
      lines.map(({ label, amount }) => [label, formatUnit(unit, amount)] as const),
    );
  };
}

function percentOf(tail: number): string {
  const decimals = Math.max(1, Math.ceil(Math.log10(tail)));
  return `${Number((100 * (1 - 1 / tail)).toFixed(decimals))} %`;
}
