import { type ECharts, init } from "echarts/core";
import type { Scheme } from "../charts/chart.ts";
import { drawChart } from "../charts/draw.ts";
import { useEchartsParts } from "../charts/echarts-parts.ts";
import type { AnyChart } from "../charts/kinds.ts";
import { browser, type PageElement } from "./browser.ts";

/**
 * What runs in the page: draws its charts from the data that the page carries, again whenever their width or the
 * scheme changes, and for paper. It loads nothing.
 */

/** A page of paper, within its margins. */
const paperWidthPx = 700;

type Plot = {
  readonly chart: AnyChart;
  readonly box: PageElement;
  echarts: ECharts | null;
  drawnPx: number;
};

const { document, ResizeObserver } = browser;
const isDark = browser.matchMedia("(prefers-color-scheme: dark)");

function schemeOfPage(): Scheme {
  return isDark.matches ? "dark" : "light";
}

function draw(plot: Plot, scheme: Scheme, widthPx: number): void {
  const { option, heightPx } = drawChart(plot.chart, scheme, widthPx);
  const size = { width: widthPx, height: heightPx };
  plot.box.style.minHeight = `${heightPx}px`;
  plot.echarts ??= init(plot.box as never, null, { renderer: "svg", ...size });
  plot.echarts.resize(size);
  plot.echarts.setOption(option, { notMerge: true });
  plot.drawnPx = widthPx;
}

function widthOf({ box }: Plot): number {
  return Math.floor(box.clientWidth);
}

/** Lets the page breathe between two charts. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function main(): Promise<void> {
  const data = document.getElementById("charts")?.textContent ?? "[]";
  const charts = new Map((JSON.parse(data) as AnyChart[]).map((chart) => [chart.id, chart]));
  const plots = [...document.querySelectorAll("[data-chart]")].flatMap((box): Plot[] => {
    const chart = charts.get(box.dataset.chart ?? "");
    return chart === undefined ? [] : [{ chart, box, echarts: null, drawnPx: 0 }];
  });
  useEchartsParts();
  for (const plot of plots) {
    draw(plot, schemeOfPage(), widthOf(plot));
    await breathe();
  }
  const drawAll = (scheme: Scheme, widthPx?: number) => {
    for (const plot of plots) draw(plot, scheme, widthPx ?? widthOf(plot));
  };
  isDark.addEventListener("change", () => drawAll(schemeOfPage()));
  browser.addEventListener("beforeprint", () => drawAll("light", paperWidthPx));
  browser.addEventListener("afterprint", () => drawAll(schemeOfPage()));
  const watcher = new ResizeObserver(() => {
    for (const plot of plots) {
      const widthPx = widthOf(plot);
      // A chart that gets higher may bring a scroll bar, and with it another width: that is drawn, too, once.
      if (widthPx > 0 && widthPx !== plot.drawnPx) draw(plot, schemeOfPage(), widthPx);
    }
  });
  for (const { box } of plots) watcher.observe(box);
  document.documentElement.dataset.drawn = String(plots.length);
}

await main();
