import { describe, expect, test } from "bun:test";
import { relativeSpeed } from "../../src/stats/relative-speed.ts";

describe("how many times as long a program takes", () => {
  // The figures of hyperfine's own test, src/benchmark/relative_speed.rs.
  test.each([
    [3, 1.5],
    [2, 1],
    [5, 2.5],
  ])("%d s is %d times the 2 s of the fastest", (mean, ratio) => {
    expect(relativeSpeed({ mean, stddev: 1 }, { mean: 2, stddev: 1 }).ratio).toBe(ratio);
  });

  test("has the deviation of a quotient of independent variables", () => {
    const { ratio, stddev } = relativeSpeed({ mean: 8, stddev: 0.8 }, { mean: 4, stddev: 0.2 });
    expect(ratio).toBe(2);
    expect(stddev).toBeCloseTo(2 * Math.sqrt(0.1 ** 2 + 0.05 ** 2), 12);
  });

  test("agrees with what drawn run times come to", () => {
    // Two programs whose times are drawn evenly: their quotients scatter as the formula says, to first order.
    const draw = (mean: number, half: number) =>
      Array.from({ length: 201 }, (_, index) => mean - half + (half * index) / 100);
    const [slow, quick] = [draw(30, 1.5), draw(10, 0.4)];
    const quotients = slow.flatMap((one) => quick.map((other) => one / other));
    const { ratio, stddev } = relativeSpeed(timesOf(slow), timesOf(quick));
    const drawn = timesOf(quotients);
    expect(ratio / drawn.mean).toBeCloseTo(1, 2);
    expect((stddev ?? 0) / drawn.stddev).toBeCloseTo(1, 2);
  });

  test("has no deviation where one of them ran once", () => {
    expect(relativeSpeed({ mean: 3, stddev: null }, { mean: 2, stddev: 1 }).stddev).toBeNull();
    expect(relativeSpeed({ mean: 3, stddev: 1 }, { mean: 2, stddev: null }).stddev).toBeNull();
  });
});

function timesOf(times: readonly number[]): { mean: number; stddev: number } {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return { mean, stddev: Math.sqrt(squares / (times.length - 1)) };
}
