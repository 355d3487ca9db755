import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Bar, type BarPlot, renderBarPlot } from "../../../src/report/plots/bar-plot.ts";
import { plainStyle } from "../../../src/report/table.ts";

function barsOf(
  rows: Readonly<Record<string, readonly (number | Bar | string)[]>>,
  rest: Partial<BarPlot> = {},
): BarPlot {
  const panels = Math.max(...Object.values(rows).map(({ length }) => length));
  return {
    title: "wakes a second",
    better: "more",
    panels: Array.from({ length: panels }, (_, panel) => `${8 ** panel} threads`),
    rows: Object.entries(rows).map(([label, cells]) => ({
      label,
      cells: cells.map((cell) =>
        typeof cell === "number" ? { value: cell, interval: null } : cell,
      ),
    })),
    format: String,
    ...rest,
  };
}

function drawn(bars: BarPlot, columns: number, charset: "unicode" | "ascii" = "unicode"): string[] {
  return renderBarPlot(bars, plainStyle, { columns, charset });
}

test("panels share a scale, intervals are seen, and words stand where there is no bar", () => {
  const bars = barsOf({
    pipe: [{ value: 200, interval: [150, 260] }, 100, "crashed"],
    callback: [400, { value: 300, interval: [299.9, 300.1] }, 50],
  });
  expect(`\n${drawn(bars, 70).join("\n")}\n`).toMatchInlineSnapshot(`
    "
      wakes a second, more is better, ▒ 95 % interval
                1 threads           8 threads           64 threads
      pipe      ████▒┃▒ 200         ██▌ 100             crashed
      callback  ██████████ 400      ███████▌ 300        █▎ 50
    "
  `);
  expect(`\n${drawn(bars, 70, "ascii").join("\n")}\n`).toMatchInlineSnapshot(`
    "
      wakes a second, more is better, = 95 % interval
                1 threads           8 threads           64 threads
      pipe      ####=|= 200         ##| 100             crashed
      callback  ########## 400      #######| 300        #| 50
    "
  `);
});

test("panels that have no room beside the others stand below them", () => {
  const bars = barsOf({ pipe: [100, 200, 300], callback: [300, 200, 100] });
  const lines = drawn(bars, 42);
  expect(lines.filter((line) => line.includes("threads"))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith("  pipe "))).toHaveLength(2);
});

test("a bar is as long as its value is large, to an eighth of a column", () => {
  const eighths = " ▏▎▍▌▋▊▉█";
  const lengthOf = (line: string) =>
    [...line].reduce((sum, glyph) => sum + Math.max(0, eighths.indexOf(glyph)), 0);
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 1_000 }), (part) => {
      const lines = drawn(barsOf({ whole: [1_000], part: [part] }), 80);
      const [whole, own] = lines.slice(-2).map(lengthOf) as [number, number];
      expect(Math.abs(own / whole - part / 1_000)).toBeLessThan(1.5 / whole);
    }),
  );
});

test("values of another order are set on a logarithmic axis, and it says so", () => {
  const lines = drawn(barsOf({ slow: [10], middle: [1_000], quick: [100_000] }), 80);
  expect(lines[0]).toContain("logarithmic");
  const [slow, middle, quick] = lines.slice(-3).map((line) => line.indexOf("●")) as [
    number,
    number,
    number,
  ];
  expect(middle - slow).toBeGreaterThan(5);
  expect(Math.abs(quick - middle - (middle - slow))).toBeLessThanOrEqual(1);
});

test("an interval without end does not take the room of the values", () => {
  const lines = drawn(barsOf({ odd: [{ value: 100, interval: [1, 1e9] }], even: [100] }), 80);
  expect(lines[1]).toMatch(/┃▒+› 100$/);
  expect(lines[2]).toMatch(/^ {2}even {2}█{30,}/);
});

test("no line is wider than the terminal", () => {
  const cell = fc.oneof(
    fc.integer({ min: 0, max: 1e9 }),
    fc.constant("unsupported"),
    fc.record({
      value: fc.integer({ min: 1, max: 1e6 }),
      interval: fc.constant([0.5, 2e6] as const),
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 40, max: 200 }),
      (rows, columns) => {
        const named = rows.map((cells, row) => [`ring:doorbell=eventfd:capacity=${row}`, cells]);
        for (const line of drawn(barsOf(Object.fromEntries(named)), columns)) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        }
      },
    ),
  );
});

test("nothing is drawn where there is no room or nothing to draw", () => {
  expect(drawn(barsOf({ pipe: [1], callback: [2] }), 39)).toEqual([]);
  expect(drawn(barsOf({ pipe: ["failed"] }), 100)).toEqual([]);
});
