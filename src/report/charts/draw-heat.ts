import {
  axisStyle,
  baseOption,
  type Canvas,
  type Frame,
  gridOf,
  rowLabels,
  tooltipStyle,
} from "./canvas.ts";
import type { Drawing } from "./draw.ts";
import type { Heat } from "./kinds.ts";
import { rowAxis } from "./row-axis.ts";
import { shadeAt } from "./shades.ts";
import { fitText, wrapText } from "./text-width.ts";
import { inkOn } from "./theme.ts";
import { axisHit, tooltipHtml } from "./tooltip.ts";
import { formatUnit } from "./units.ts";

const rowPx = 26;
/** Wider cells say nothing more. */
const mostColumnPx = 170;
const headLinePx = 15;
const gapPx = 2;

/** A grid of figures, each on a colour that follows its logarithm: the darker, the worse. */
export function drawHeat(heat: Heat, canvas: Canvas): Drawing {
  const { rows, columns } = heat;
  const labels = rowLabels(rows, canvas);
  const columnPx = Math.min(
    mostColumnPx,
    Math.max(40, (canvas.widthPx - labels.roomPx - 8) / Math.max(1, columns.length)),
  );
  const heads = columns.map((text) => wrapText(text, canvas.fontPx - 1, columnPx - 4));
  const headPx = Math.max(1, ...heads.map(({ length }) => length)) * headLinePx + 6;
  const frame: Frame = {
    left: labels.roomPx + 4,
    top: headPx + 4,
    width: columnPx * columns.length,
    height: rows.length * rowPx,
  };
  const style = axisStyle(canvas);
  return {
    heightPx: frame.top + frame.height + 8,
    option: {
      ...baseOption(canvas),
      grid: gridOf(frame),
      xAxis: {
        ...style,
        type: "category",
        position: "top",
        data: columns.map((_, index) => String(index)),
        splitLine: { show: false },
        axisLabel: {
          ...style.axisLabel,
          interval: 0,
          formatter: (index: string) => (heads[Number(index)] ?? []).join("\n"),
          lineHeight: headLinePx,
        },
      },
      yAxis: rowAxis(labels.texts, rows, canvas),
      tooltip: { ...tooltipStyle(canvas), trigger: "axis", formatter: tooltipOf(heat) },
      series: [cellSeries(heat, columnPx, canvas)],
    },
  };
}

type RenderApi = { coord(at: readonly [number, number]): number[] };

function cellSeries(heat: Heat, columnPx: number, canvas: Canvas) {
  const shadeOf = shading(heat);
  const cells = heat.rows.flatMap((_, row) => heat.columns.map((_, column) => ({ row, column })));
  return {
    type: "custom" as const,
    data: cells.map(({ row, column }) => [column, row]),
    encode: { x: 0, y: 1 },
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const { row, column } = cells[dataIndex] ?? { row: 0, column: 0 };
      const [x = 0, y = 0] = api.coord([column, row]);
      const amount = heat.rows[row]?.amounts[column] ?? null;
      const { theme, fontPx } = canvas;
      const fill = amount === null ? theme.gridLine : shadeOf(amount);
      const words = amount === null ? heat.rows[row]?.words[column] : formatUnit(heat.unit, amount);
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: {
              x: x - columnPx / 2 + gapPx / 2,
              y: y - rowPx / 2 + gapPx / 2,
              width: columnPx - gapPx,
              height: rowPx - gapPx,
              r: 3,
            },
            style: { fill },
          },
          {
            type: "text",
            x,
            y,
            style: {
              text: fitText(words ?? "-", fontPx, columnPx - 6),
              fill: inkOn(fill),
              fontSize: fontPx,
              textAlign: "center",
              textVerticalAlign: "middle",
            },
          },
        ],
      };
    },
  };
}

/** From the best figure of the chart to the worst, by their logarithms. */
function shading({ rows, isLowGood }: Heat): (amount: number) => string {
  const known = rows.flatMap(({ amounts }) => amounts.filter((one) => one !== null && one > 0));
  const logs = (known as number[]).map(Math.log);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  return (amount) => {
    if (!(most > least)) return shadeAt(0);
    const share = (Math.log(Math.max(amount, Number.MIN_VALUE)) - least) / (most - least);
    const bounded = Math.min(1, Math.max(0, share));
    return shadeAt(isLowGood ? bounded : 1 - bounded);
  };
}

function tooltipOf({ rows, columns, unit }: Heat) {
  return (told: unknown) => {
    const hit = axisHit(told);
    const row = rows[hit?.row ?? -1];
    if (row === undefined) return "";
    const lines = columns.map((name, column) => {
      const amount = row.amounts[column] ?? null;
      return [
        name,
        amount === null ? (row.words[column] ?? "-") : formatUnit(unit, amount),
      ] as const;
    });
    return tooltipHtml(row.fault === null ? row.label : `${row.label}: ${row.fault}`, lines);
  };
}
