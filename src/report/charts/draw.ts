import type { EChartsCoreOption } from "echarts/core";
import { canvasOf } from "./canvas.ts";
import type { Scheme } from "./chart.ts";
import { drawBars } from "./draw-bars.ts";
import { drawHeat } from "./draw-heat.ts";
import { drawLines } from "./draw-lines.ts";
import { drawRidge } from "./draw-ridge.ts";
import type { AnyChart } from "./kinds.ts";

/** What ECharts is given, and how high it has to be. */
export type Drawing = { readonly option: EChartsCoreOption; readonly heightPx: number };

/**
 * Draws a chart, without its title: pages and pictures have theirs around it. It knows neither Bun nor a page, and
 * runs in both.
 *
 * @param widthPx from 340, a phone's, on
 */
export function drawChart(chart: AnyChart, scheme: Scheme, widthPx: number): Drawing {
  const canvas = canvasOf(scheme, widthPx);
  switch (chart.kind) {
    case "ridge":
      return drawRidge(chart.data, canvas);
    case "bars":
      return drawBars(chart.data, canvas);
    case "lines":
      return drawLines(chart.data, canvas);
    case "heat":
      return drawHeat(chart.data, canvas);
  }
}
