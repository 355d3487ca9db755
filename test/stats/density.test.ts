import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { logDensity } from "../../src/stats/density.ts";

function highestOf(curve: readonly (readonly [number, number])[]): number {
  return curve.find(([, height]) => height === 1)?.[0] ?? Number.NaN;
}

test("the density of nothing has no points", () => {
  expect(logDensity([], 50)).toEqual([]);
});

test("it is highest where most values are, and symmetric where they are", () => {
  const curve = logDensity(
    [
      { value: 100, count: 10 },
      { value: 1_000, count: 100 },
      { value: 10_000, count: 10 },
    ],
    101,
  );
  expect(highestOf(curve) / 1_000).toBeCloseTo(1, 1);
  const heights = curve.map(([, height]) => height);
  for (const [index, height] of heights.entries()) {
    expect(height).toBeCloseTo(heights.at(-1 - index) ?? Number.NaN, 6);
  }
});

test("it gives no height to what is far from all values, however wide the kernel", () => {
  const evenly = Array.from({ length: 50 }, (_, index) => ({
    value: 320_000 * (index + 1),
    count: 1,
  }));
  const curve = logDensity(evenly, 100);
  expect(curve[0]?.[0]).toBeGreaterThan(320_000 / 1.1);
  expect(curve.at(-1)?.[0]).toBeLessThan(16_000_000 * 1.1);
});

test("two humps of the same weight are both seen, though they are narrow and far apart", () => {
  const humps = [5_000, 5_050, 5_100].map((value) => ({ value, count: 500 }));
  const far = humps.map(({ value, count }) => ({ value: value * 1_000, count }));
  const curve = logDensity([...humps, ...far], 100);
  const near = Math.max(...curve.filter(([at]) => at < 1e5).map(([, height]) => height));
  const distant = Math.max(...curve.filter(([at]) => at > 1e5).map(([, height]) => height));
  expect(Math.min(near, distant)).toBeGreaterThan(0.8);
});

test("whatever is counted, heights are between 0 and 1, and values ascend", () => {
  const counted = fc.array(
    fc.record({
      value: fc.integer({ min: 0, max: 6e10 }),
      count: fc.integer({ min: 1, max: 1e6 }),
    }),
    { minLength: 1, maxLength: 50 },
  );
  fc.assert(
    fc.property(counted, (each) => {
      const ascending = each.toSorted((one, other) => one.value - other.value);
      const curve = logDensity(ascending, 60);
      expect(curve.length).toBe(60);
      expect(Math.max(...curve.map(([, height]) => height))).toBe(1);
      for (const [index, [value, height]] of curve.entries()) {
        expect(height).toBeGreaterThanOrEqual(0);
        expect(value).toBeGreaterThan(curve[index - 1]?.[0] ?? 0);
      }
    }),
  );
});
