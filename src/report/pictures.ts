import { WakerbenchError } from "../errors.ts";
import type { Results } from "../results/schema.ts";
import { suggestion } from "../suggestion.ts";
import { chartsOf } from "./charts/index.ts";
import type { AnyChart } from "./charts/kinds.ts";
import { renderPng } from "./charts/png.ts";
import { renderSvg } from "./charts/svg.ts";
import { type ChartView, usualView } from "./index.ts";

/** @throws WakerbenchError USAGE where there is no such chart, EXPORT_FAILED where there is none at all */
export async function renderChartSvg(results: Results, view = usualView): Promise<string> {
  return svgOf(chartIn(results, view), view);
}

/** @throws WakerbenchError USAGE, EXPORT_FAILED, PNG_RENDERER_MISSING */
export async function renderChartPng(results: Results, view = usualView): Promise<Uint8Array> {
  return renderPng(svgOf(chartIn(results, view), view));
}

/** Every chart as SVG and as PNG, by file name; without a renderer of PNG the others, and a warning. */
export async function renderAllCharts(results: Results, view = usualView) {
  const files: Record<string, string | Uint8Array> = {};
  const warnings: string[] = [];
  for (const chart of chartsOf(results)) {
    const svg = svgOf(chart, view);
    files[`${chart.id}.svg`] = svg;
    if (warnings.length > 0) continue;
    try {
      files[`${chart.id}.png`] = await renderPng(svg);
    } catch (error) {
      if (!(error instanceof WakerbenchError) || error.code !== "PNG_RENDERER_MISSING") throw error;
      warnings.push(`no PNG files: ${error.message}; try: ${error.remedy}`);
    }
  }
  return { files, warnings };
}

function svgOf(chart: AnyChart, { scheme, widthPx }: ChartView): string {
  return widthPx === null ? renderSvg(chart, scheme) : renderSvg(chart, scheme, widthPx);
}

/**
 * The chart that is to be shown.
 *
 * @throws WakerbenchError USAGE where there is no such chart, EXPORT_FAILED where there is none at all
 */
export function chartIn(results: Results, { chart: id }: ChartView): AnyChart {
  const charts = chartsOf(results);
  const ids = charts.map((chart) => chart.id);
  const found = id === null ? charts[0] : charts.find((chart) => chart.id === id);
  if (found !== undefined) return found;
  if (charts.length === 0) {
    const message = "there is no chart: too little was measured to draw one";
    throw new WakerbenchError("EXPORT_FAILED", message, { remedy: "measure longer" });
  }
  throw new WakerbenchError("USAGE", `there is no chart "${id}" in these results`, {
    remedy: suggestion(String(id), ids) ?? `there are: ${ids.join(", ")}`,
  });
}
