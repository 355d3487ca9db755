import {
  baseOption,
  type Canvas,
  colorOf,
  type Frame,
  gridOf,
  legendHeightPx,
  legendOf,
  rowLabels,
  tooltipStyle,
} from "./canvas.ts";
import type { Drawing } from "./draw.ts";
import type { Ridge, RidgeRow } from "./kinds.ts";
import { figureAxis } from "./log-axes.ts";
import { rowAxis, rowTexts } from "./row-axis.ts";
import { widestPx } from "./text-width.ts";
import { axisHit, tooltipHtml } from "./tooltip.ts";
import { formatUnit, logScale, type Scale } from "./units.ts";

const rowPx = 32;
/** The highest point of a row reaches so far towards the row above it. */
const reach = 0.86;
const axisPx = 40;

/** The symbols of percentiles, lowest first: told apart without their colour. */
const levelSymbols = { p50: "circle", p90: "triangle", p99: "diamond", "p99.9": "rect" } as const;

/** Rows of densities above a common axis, with their percentiles as symbols on the row's line. */
export function drawRidge({ axis, rows }: Ridge, canvas: Canvas): Drawing {
  const labels = rowLabels(rows, canvas);
  const medians = rows.map(({ levels }) => levels.find(({ name }) => name === "p50")?.amount);
  const figures = medians.map((amount) => formatUnit("ns", amount ?? null));
  const rightPx = Math.ceil(widestPx(figures, canvas.fontPx)) + 16;
  const frame: Frame = {
    left: labels.roomPx + 4,
    top: 10,
    width: Math.max(80, canvas.widthPx - labels.roomPx - 4 - rightPx),
    height: rows.length * rowPx + 6,
  };
  const names = Object.keys(levelSymbols).filter((name) =>
    rows.some(({ levels }) => levels.some((level) => level.name === name)),
  );
  const legendTop = frame.top + frame.height + axisPx;
  const mostTicks = Math.max(3, Math.floor(frame.width / 62));
  const scale = logScale(rows.flatMap(amountsOf), mostTicks);
  const texts = rows.map(({ fault }, index) => ({ figure: figures[index] ?? "", fault }));
  return {
    heightPx: legendTop + legendHeightPx(names, canvas) + 4,
    option: {
      ...baseOption(canvas),
      grid: gridOf(frame),
      xAxis: latencyAxis(axis, scale, canvas),
      yAxis: rowAxis(labels.texts, rows, canvas),
      legend: legendOf(names, legendTop, canvas),
      tooltip: { ...tooltipStyle(canvas), trigger: "axis", formatter: tooltipOf(rows) },
      series: [
        curveSeries(rows, frame, canvas),
        ...names.map((name) => levelSeries(name, rows, canvas)),
        rowTexts(texts, frame, scale.min, canvas),
      ],
    },
  };
}

function amountsOf({ curve, levels }: RidgeRow): number[] {
  return [...curve.map(([at]) => at), ...levels.map(({ amount }) => amount)];
}

function latencyAxis(name: string, scale: Scale, canvas: Canvas) {
  const named = { name: `${name}, logarithmic`, nameLocation: "middle" as const, nameGap: 24 };
  return { ...figureAxis("ns", scale, canvas), ...named };
}

/** What ECharts hands to what draws an item, as far as we use it. */
type RenderApi = { coord(at: readonly [number, number | string]): number[] };

function curveSeries(rows: readonly RidgeRow[], frame: Frame, canvas: Canvas) {
  return {
    type: "custom" as const,
    z: 2,
    data: rows.map((row, index) => [row.levels[0]?.amount ?? row.curve[0]?.[0] ?? null, index]),
    encode: { x: 0, y: 1 },
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const { curve = [], tone = "floor" } = rows[dataIndex] ?? {};
      const points = curve.map(([at, height]) => {
        const [x = 0, y = 0] = api.coord([at, dataIndex]);
        return [x, y + rowPx / 2 - 4 - height * rowPx * reach];
      });
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined) return null;
      const [, middle = 0] = api.coord([1, dataIndex]);
      const base = middle + rowPx / 2 - 4;
      const color = colorOf(tone, canvas);
      return {
        type: "group",
        children: [
          {
            type: "line",
            shape: { x1: frame.left, y1: base, x2: frame.left + frame.width, y2: base },
            style: { stroke: canvas.theme.gridLine, lineWidth: 1 },
          },
          {
            type: "polygon",
            shape: { points: [[first[0], base], ...points, [last[0], base]] },
            style: { fill: color, opacity: 0.35 },
          },
          {
            type: "polyline",
            shape: { points },
            style: { stroke: color, lineWidth: 1.5, fill: "none" },
          },
        ],
      };
    },
  };
}

function levelSeries(name: string, rows: readonly RidgeRow[], canvas: Canvas) {
  const data = rows.flatMap(({ levels, tone }, index) => {
    const level = levels.find((one) => one.name === name);
    if (level === undefined) return [];
    return [{ value: [level.amount, index], itemStyle: { color: colorOf(tone, canvas) } }];
  });
  return {
    type: "scatter" as const,
    name,
    z: 3,
    symbol: levelSymbols[name as keyof typeof levelSymbols],
    symbolSize: name === "p99.9" ? [3, 11] : 8,
    symbolOffset: [0, rowPx / 2 - 4],
    // The legend's: items have their own.
    itemStyle: {
      color: canvas.theme.ink,
      borderColor: canvas.theme.ground,
      borderWidth: 1,
      opacity: 1,
    },
    data,
  };
}

function tooltipOf(rows: readonly RidgeRow[]) {
  return (told: unknown) => {
    const row = rows[axisHit(told)?.row ?? -1];
    if (row === undefined) return "";
    return tooltipHtml(row.fault === null ? row.label : `${row.label}: ${row.fault}`, [
      ...row.levels.map(({ name, amount }) => [name, formatUnit("ns", amount)] as const),
    ]);
  };
}
