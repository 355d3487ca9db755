import { expect, test } from "bun:test";
import { barFrames } from "../../../src/report/charts/bar-frames.ts";
import { canvasOf } from "../../../src/report/charts/canvas.ts";
import type { BarRow, BarsChart } from "../../../src/report/charts/kinds.ts";
import { renderSvg } from "../../../src/report/charts/svg.ts";

const row = (amounts: readonly number[], interval: readonly [number, number] | null): BarRow => ({
  label: "pipe",
  tone: 0,
  fault: null,
  amounts,
  intervals: [interval],
  mark: null,
  note: null,
});

const chartOf = (rows: readonly BarRow[], shape: "bars" | "points"): BarsChart => ({
  id: "spawn",
  kind: "bars",
  scenario: "spawn",
  title: "Spawn",
  subtitle: "",
  description: "",
  cells: [],
  data: {
    shape,
    axis: "tasks a second",
    unit: "perSecond",
    isScaleShared: true,
    parts: rows[0]?.amounts.map(String) ?? [],
    markName: null,
    intervalName: "95 % interval",
    groups: [{ title: "", rows }],
  },
});

function endOf({ data }: BarsChart): number {
  return barFrames(data, 100, 50, canvasOf("light", 960)).frames[0]?.scale.max ?? Number.NaN;
}

/** Lines that are drawn upright and as long as the cap of a whisker is. */
function capsOf(chart: BarsChart): number {
  const paths = [
    ...renderSvg(chart, "light").matchAll(/ d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/g),
  ];
  const isCap = ([, x1, y1, x2, y2]: RegExpMatchArray) =>
    x1 === x2 && Math.abs(Number(y2) - Number(y1)) === 8;
  // Each is drawn twice: its seam, and the line.
  return paths.filter(isCap).length / 2;
}

test("an interval of two rounds leaves bars their length, and is open where it is cut", () => {
  const wide = chartOf([row([1_000], [10, 85_000]), row([800], [780, 820])], "bars");
  expect(endOf(wide)).toBeLessThan(2_100);
  expect(capsOf(wide)).toBe(3);
});

test("an axis of bars reaches to the sum of a stack, that of points to the furthest point", () => {
  expect(endOf(chartOf([row([60, 50], null)], "bars"))).toBeGreaterThan(110);
  expect(endOf(chartOf([row([60, 50], null)], "points"))).toBeLessThan(80);
});
