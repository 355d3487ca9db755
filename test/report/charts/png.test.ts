import { expect, test } from "bun:test";
import { chartsOf } from "../../../src/report/charts/index.ts";
import { renderPng } from "../../../src/report/charts/png.ts";
import { renderSvg } from "../../../src/report/charts/svg.ts";
import { everyScenario } from "./every-scenario.ts";

/** Width and height as a PNG's first chunk has them. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

test("a PNG has the size of its drawing, times the scale, and the text that is in it", async () => {
  const [chart] = chartsOf(everyScenario());
  if (chart === undefined) throw new Error("no chart");
  const svg = renderSvg(chart, "light", 400);
  const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
  const png = await renderPng(svg, 2);
  expect(sizeOf(png)).toEqual([800, 2 * height]);
  const silent = await renderPng(svg.replaceAll(/<text.*?<\/text>/gs, ""), 2);
  expect(silent.length).toBeLessThan(0.8 * png.length);
});

test("every sign that charts write has a shape in the font of the pictures", async () => {
  const sized = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><text x="5" y="20" font-family="DejaVu Sans">${text}</text></svg>`;
  const missing = await renderPng(sized("\u{10fffd}"));
  for (const sign of "µ×±†‡·–…−σ") {
    expect(await renderPng(sized(sign))).not.toEqual(missing);
  }
});
