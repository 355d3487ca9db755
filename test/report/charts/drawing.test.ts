import { describe, expect, test } from "bun:test";
import { chartsOf } from "../../../src/report/charts/index.ts";
import { renderPng } from "../../../src/report/charts/png.ts";
import { renderSvg } from "../../../src/report/charts/svg.ts";
import { textWidthPx } from "../../../src/report/charts/text-width.ts";
import { everyScenario } from "./every-scenario.ts";

const charts = chartsOf(everyScenario());

/** Left and right end of every text of a drawing, in pixels. */
function textsOf(svg: string): { text: string; left: number; right: number }[] {
  // The plot is moved as a whole.
  const plotLeft = Number(/<g transform="translate\(([\d.]+) /.exec(svg)?.[1] ?? 0);
  return [...svg.matchAll(/<text([^>]*)>(.*?)<\/text>/gs)].map(([, attributes = "", text = ""]) => {
    const inPlot = attributes.includes("style=");
    const at = (pattern: RegExp) => Number(pattern.exec(attributes)?.[1] ?? 0);
    const x = at(/ x="(-?[\d.]+)"/) + at(/translate\((-?[\d.]+)/) + (inPlot ? plotLeft : 0);
    const bold = /font-weight[:=]"?bold/.test(attributes) ? 1.12 : 1;
    const width = bold * textWidthPx(text, at(/font-size[:=]"?([\d.]+)/) || 12);
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
    const left = anchor === "end" ? x - width : anchor === "middle" ? x - width / 2 : x;
    return { text, left, right: left + width };
  });
}

describe.each([340, 700, 1_200])("drawn %d pixels wide", (widthPx) => {
  test.each(charts.map((chart) => [chart.id, chart] as const))(
    "%s keeps its text inside",
    (_, chart) => {
      const texts = textsOf(renderSvg(chart, "light", widthPx));
      expect(texts.length).toBeGreaterThan(4);
      for (const { text, left, right } of texts) {
        expect({ text, isInside: left >= -1 && right <= widthPx + 1 }).toEqual({
          text,
          isInside: true,
        });
      }
    },
  );
});

test.each([340, 960])(
  "a long name is cut and leaves room for the curves, %d pixels wide",
  (widthPx) => {
    const chart = charts.find(({ id }) => id === "burst-rate");
    if (chart?.kind !== "lines") throw new Error("no curves");
    const lines = chart.data.lines.map((line) => ({
      ...line,
      label: `./${"long/".repeat(60)}a.ts`,
    }));
    const svg = renderSvg({ ...chart, data: { ...chart.data, lines } }, "light", widthPx);
    const names = textsOf(svg).filter(({ text }) => text.includes("./long/"));
    expect(names.length).toBeGreaterThan(0);
    for (const { left, right } of names) {
      expect(right).toBeLessThanOrEqual(widthPx);
      if (widthPx > 340) expect(left).toBeGreaterThan(widthPx / 2);
    }
  },
);

describe("a picture", () => {
  test.each(charts.map((chart) => [chart.id, chart] as const))(
    "of %s is XML that a renderer reads, told in words, with the name of every row",
    async (_, chart) => {
      const svg = renderSvg(chart, "dark", 1_000);
      expect((await renderPng(svg, 0.2)).length).toBeGreaterThan(500);
      expect(svg).toContain(`-title">${chart.title}</title>`);
      expect(svg).toContain("<desc ");
      const { kind, data } = chart;
      const rows =
        kind === "lines"
          ? data.lines
          : kind === "bars"
            ? data.groups.flatMap((group) => group.rows)
            : data.rows;
      for (const { label } of rows) expect(svg).toContain(`>${label}</text>`);
    },
  );

  test("escapes what a user has named", () => {
    const [chart] = charts;
    if (chart === undefined) throw new Error("no chart");
    const svg = renderSvg({ ...chart, title: '<script>"&' }, "light");
    expect(svg).toContain("&lt;script&gt;&quot;&amp;");
    expect(svg).not.toContain("<script");
  });
});

test("what a row lost is told on a ground of its own, in front of its bar", () => {
  const chart = charts.find(({ id }) => id === "spawn");
  if (chart?.kind !== "bars") throw new Error("no bars");
  const groups = chart.data.groups.map((group) => ({
    ...group,
    rows: group.rows.map((row) => ({ ...row, fault: "loses 3 %" })),
  }));
  const svg = renderSvg({ ...chart, data: { ...chart.data, groups } }, "light", 960);
  expect(svg).toMatch(/<path [^>]*fill="#ffffff"[^>]*><\/path>\s*<text[^>]*>! loses 3 %/);
});
