import { init } from "echarts/core";
import { drawChart } from "../../../src/report/charts/draw.ts";
import { useEchartsParts } from "../../../src/report/charts/echarts-parts.ts";
import type { AnyChart } from "../../../src/report/charts/kinds.ts";

/** The least that a page needs to show charts. */
export function show(element: Parameters<typeof init>[0], chart: AnyChart): void {
  useEchartsParts();
  init(element, null, { renderer: "svg" }).setOption(drawChart(chart, "light", 800).option);
}
