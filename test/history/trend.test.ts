import { describe, expect, test } from "bun:test";
import { withHistory } from "../../src/history/open.ts";
import { recordRun } from "../../src/history/record.ts";
import type { HistoryTarget } from "../../src/history/target.ts";
import { loadTrends, type TrendRequest } from "../../src/history/trend.ts";
import { renderTrends } from "../../src/report/history-trend.ts";
import { sparkline } from "../../src/report/sparkline.ts";
import { plainStyle } from "../../src/report/table.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";

const memory: HistoryTarget = { kind: "sqlite", path: ":memory:" };

/** Runs of a machine, one after the other, from the oldest. */
async function trendsOf(
  runs: readonly (readonly Series[])[],
  request: Partial<TrendRequest> = {},
  changed: (run: number) => Partial<Results> = () => ({}),
) {
  return withHistory(memory, "write", async (sql) => {
    for (const [run, series] of runs.entries()) {
      const results = resultsWith(series);
      const startedAt = new Date(Date.UTC(2026, 0, 1 + run)).toISOString();
      const environment = { ...results.environment, machine: "north" };
      await recordRun(sql, { ...results, startedAt, environment, ...changed(run) });
    }
    return loadTrends(sql, { contender: "pipe", metric: "p50", mostRuns: 20, ...request });
  });
}

type Request = Parameters<typeof seriesWith>[0];

const pipe = (p50Ns: number, more: Partial<Request> = {}) => [
  seriesWith({ contender: "pipe", p50sNs: steady(p50Ns), ...more }),
];
const failed = pipe(1, { p50sNs: [], rest: { status: "crashed", error: "SIGSEGV" } });

describe("a trend", () => {
  test("has the newest runs, oldest first", async () => {
    const runs = [pipe(5_000), pipe(5_100), pipe(5_200)];
    const [trend, ...others] = await trendsOf(runs, { mostRuns: 2 });
    expect(others).toEqual([]);
    const days = trend?.points.map(({ startedAt }) => startedAt.slice(0, 10));
    expect(days).toEqual(["2026-01-02", "2026-01-03"]);
    expect(trend?.points.map(({ change }) => change !== null)).toEqual([false, true]);
  });

  test("holds a run against the nearest one before that has the figure", async () => {
    const [trend] = await trendsOf([pipe(5_000), failed, pipe(10_000)]);
    expect(trend?.points.map(({ status }) => status)).toEqual(["ok", "crashed", "ok"]);
    expect(trend?.points[1]).toMatchObject({ figure: null, change: null });
    expect(trend?.points[2]?.change?.ratio).toBeCloseTo(2, 2);
    expect(trend?.points[2]?.change?.seen).toBe("up");
  });

  test("has runs with other parameters apart, and those that only measured longer together", async () => {
    const runs = [
      pipe(5_000, { params: { gapNs: 100_000 } }),
      pipe(5_000, { params: { gapNs: 1_000_000 } }),
      pipe(5_000, { params: { gapNs: 100_000, loopCore: 3 } }),
    ];
    const optionsOf = (run: number) => ({ options: { wake: { rounds: 3 + run, timeNs: run } } });
    const trends = await trendsOf(runs, {}, optionsOf);
    expect(trends.map(({ points }) => points.length).toSorted()).toEqual([1, 2]);
    const text = renderTrends(trends, plainStyle, "unicode");
    expect(text).toContain("machine north, gap 100us\n");
    expect(text).toContain("machine north, gap 1ms\n");
  });

  test("takes no change for one that runs make by themselves", async () => {
    const swinging = [5_000, 6_000, 5_000, 6_000, 5_000, 6_000, 5_000, 6_000];
    const seenIn = async (p50sNs: readonly number[]) => {
      const [trend] = await trendsOf(p50sNs.map((p50Ns) => pipe(p50Ns)));
      return trend?.points.map(({ change }) => change?.seen).slice(1);
    };
    // Each change is beyond the noise within its two runs: that between runs is not known yet.
    expect(await seenIn(swinging.slice(0, 5))).toEqual(["up", "down", "up", "down"]);
    expect(await seenIn(swinging)).toEqual(Array(7).fill("none"));
    expect((await seenIn([...swinging, 12_000]))?.at(-1)).toBe("up");
  });

  test("is told in a table of as many rows as runs", async () => {
    const trends = await trendsOf([pipe(5_000), failed, pipe(10_000)]);
    const lines = renderTrends(trends, plainStyle, "unicode").split("\n");
    expect(lines[0]).toBe("wake · pipe · same-core · p50, machine north");
    expect(lines[1]).toMatch(/^ {2}▁·█ {2}5\.\d+ µs … 10\.\d µs over 2 runs$/);
    expect(lines.slice(3, 6).map((line) => line.trim().split(/ {2,}/).at(-1))).toEqual([
      expect.stringMatching(/^[\d.]+ %$/),
      "crashed",
      "slower",
    ]);
    expect(renderTrends(trends, plainStyle, "ascii").split("\n")[1]).toStartWith("  _ @  5.");
  });

  test("of rates goes up where it is faster", async () => {
    const { summary } = seriesWith({ contender: "pipe", p50sNs: [] });
    const flood = (value: number) =>
      pipe(1, {
        p50sNs: [],
        rest: {
          scenario: "burst",
          rates: { wakesPerSecond: { value, interval: null } },
          rounds: [0, 1, 2].map((round) => ({
            round,
            summary,
            histogram: "",
            rates: { wakesPerSecond: value * (1 + round / 1000) },
          })),
        },
      });
    const runs = [flood(1e6), flood(2e6)];
    const rates = await trendsOf(runs, { metric: "rate" });
    expect(renderTrends(rates, plainStyle, "unicode")).toMatch(/2\.00 M\/s .* \+100 % .* faster\n/);
    const times = await trendsOf(runs, { metric: "deciding" });
    expect(renderTrends(times, plainStyle, "unicode")).toMatch(/500 ns .* −50 % .* faster\n/);
  });
});

describe("a line of bars", () => {
  test("goes from the least value to the most", () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], "unicode")).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([8, 1], "ascii")).toBe("@_");
  });

  test("is level where values are, and shows where one is missing", () => {
    expect(sparkline([5, null, 5], "unicode")).toBe("▅·▅");
    expect(sparkline([null], "unicode")).toBe("·");
    expect(sparkline([], "ascii")).toBe("");
  });
});
