import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { fitText, textWidthPx, wrapText } from "../../../src/report/charts/text-width.ts";
import { formatTick, linearScale, logScale } from "../../../src/report/charts/units.ts";

const amounts = fc.array(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), { maxLength: 20 });

describe("scales", () => {
  test("a logarithmic one holds all amounts and has ticks in order, at least one", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 2, max: 12 }), (known, mostTicks) => {
        const { min, max, ticks } = logScale(known, mostTicks);
        expect(min).toBeGreaterThan(0);
        for (const amount of known) {
          expect(amount).toBeGreaterThanOrEqual(min);
          expect(amount).toBeLessThanOrEqual(max);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(mostTicks);
        for (const [index, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThan(ticks[index - 1] ?? 0);
          expect(tick).toBeGreaterThanOrEqual(min);
          expect(tick).toBeLessThanOrEqual(max);
        }
      }),
    );
  });

  test("a linear one begins at 0 and holds all amounts", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 2, max: 12 }), (known, mostTicks) => {
        const { min, max, ticks } = linearScale(known, mostTicks);
        expect(min).toBe(0);
        expect(Math.max(0, ...known)).toBeLessThanOrEqual(max);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeLessThanOrEqual(mostTicks + 1);
      }),
    );
  });

  test("what is 0, negative or no number is no reason to fail", () => {
    for (const scale of [logScale, linearScale]) {
      const { min, max } = scale([0, -1, Number.NaN, Number.POSITIVE_INFINITY], 5);
      expect(Number.isFinite(max - min)).toBe(true);
      expect(max).toBeGreaterThan(min);
    }
  });
});

test("a tick has no digits that say nothing", () => {
  expect(formatTick("ns", 10_000)).toBe("10 µs");
  expect(formatTick("ns", 2_500_000)).toBe("2.5 ms");
  expect(formatTick("ns", 100)).toBe("100 ns");
  expect(formatTick("perSecond", 2_000_000)).toBe("2 M");
  expect(formatTick("perSecond", 0)).toBe("0");
});

test("text is measured as DejaVu Sans has it, and cut or broken where it is too long", () => {
  expect(textWidthPx("", 12)).toBe(0);
  expect(textWidthPx("i", 1_000)).toBe(278);
  expect(fitText("callback", 12, 200)).toBe("callback");
  expect(fitText("callback", 12, 40)).toMatch(/^c.*…$/);
  expect(textWidthPx(fitText("callback", 12, 40), 12)).toBeLessThanOrEqual(40);
  expect(wrapText("one two three", 12, 60)).toEqual(["one two", "three"]);
});
