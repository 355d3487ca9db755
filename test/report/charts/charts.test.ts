import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { chartsOf } from "../../../src/report/charts/index.ts";
import type { Tone } from "../../../src/report/charts/kinds.ts";
import { renderSvg } from "../../../src/report/charts/svg.ts";
import type { Series } from "../../../src/results/schema.ts";
import { seriesWith, steady } from "../../results/fake-series.ts";
import { everyScenario } from "./every-scenario.ts";

const whole = everyScenario();

const nothing = seriesWith({ contender: "pipe", p50sNs: [] });

/** What a series may be without: as one that failed, as one that was not told of, as a file that was damaged. */
const losses: readonly ((series: Series) => Partial<Series>)[] = [
  () => ({ status: "failed", error: "no", rounds: [], summary: nothing.summary, rates: {} }),
  () => ({ extra: {}, stages: {}, rates: {}, interval: nothing.interval }),
  () => ({ cost: { ...nothing.cost, cpuLoopNs: null, cpuWakerNs: null, cpuOtherNs: null } }),
  ({ audit }) => ({ audit: { ...audit, received: 0 }, rounds: [] }),
  ({ rounds }) => ({ rounds: rounds.map((round) => ({ ...round, histogram: "broken" })) }),
  ({ summary }) => ({ summary: { ...summary, p50Ns: null, p99Ns: null } }),
  () => ({ rates: { wakesPerSecond: { value: 0, interval: null } } }),
];

describe("charts of a results file", () => {
  test("are those that it has data for, in the order of a report", () => {
    expect(chartsOf(whole).map(({ id }) => id)).toEqual([
      "wake-heat",
      "wake-distribution-same-core",
      "wake-distribution-cross-core",
      "wake-percentiles-same-core",
      "wake-percentiles-cross-core",
      "wake-cpu",
      "burst-rate",
      "burst-starvation",
      "burst-heat",
      "dispatch-cpu",
      "dispatch-cases",
      "spawn",
      "io-throughput",
      "io-latency",
      "cancel",
      "mixed",
      "handlers",
      "handlers-latency",
      "fetch",
    ]);
    expect(chartsOf({ ...whole, series: [] })).toEqual([]);
  });

  test("are plain data that survives a page", () => {
    const charts = chartsOf(whole);
    expect(JSON.parse(JSON.stringify(charts))).toEqual(charts);
  });

  test("say in words and in a table what they show", () => {
    for (const { title, subtitle, description, cells } of chartsOf(whole)) {
      for (const words of [title, subtitle, description]) expect(words).not.toBe("");
      expect(cells.length).toBeGreaterThan(1);
      expect(new Set(cells.map((row) => row.length)).size).toBe(1);
      expect(`${title} ${subtitle} ${description} ${cells}`).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test("give one contender the same tone everywhere, and greys to floors and controls", () => {
    const tones = new Map<string, Set<Tone>>();
    for (const { kind, data } of chartsOf(whole)) {
      const rows =
        kind === "lines"
          ? data.lines
          : kind === "bars"
            ? data.groups.flatMap((group) => group.rows)
            : data.rows;
      for (const { label, tone } of rows)
        tones.set(label, (tones.get(label) ?? new Set()).add(tone));
    }
    for (const [, each] of tones) expect(each.size).toBe(1);
    expect([...(tones.get("floor (futex)") ?? [])]).toEqual(["floor"]);
    expect([...(tones.get("no (control)") ?? [])]).toEqual(["control"]);
    expect(tones.get("pipe")).not.toEqual(tones.get("callback"));
  });

  test("keep open loops apart from closed ones", () => {
    const rated = seriesWith({
      contender: "pipe",
      p50sNs: [5_000, 5_100, 5_200],
      params: { ratePerSecond: 2_000 },
    });
    const ids = chartsOf({ ...whole, series: [...whole.series, rated] }).map(({ id }) => id);
    expect(ids).toContain("wake-distribution-same-core-open-2000-s");
    expect(ids).toContain("wake-distribution-same-core");
  });
});

describe("charts of runs that differ in more than their contenders", () => {
  test("have runtimes side by side in the heat map, in one row of each approach", () => {
    const series = ["bun@1.3.14", "bun@1.4.5"].flatMap((runtime, index) =>
      ["pipe", "callback"].map((waker) =>
        seriesWith({
          contender: `${runtime}/${waker}`,
          p50sNs: steady(5_000 + 1_000 * index),
          rest: { runtime, waker },
        }),
      ),
    );
    const heat = chartsOf({ ...whole, series }).find(({ id }) => id === "wake-heat");
    expect(heat?.cells.map((row) => row.join(" | "))).toEqual([
      "Approach | bun@1.3.14 same-core | bun@1.4.5 same-core",
      "pipe | 5.05 µs | 6.06 µs",
      "callback | 5.05 µs | 6.06 µs",
    ]);
  });

  test("keep floods of other payloads apart, and no two charts have one name", () => {
    const more = whole.series
      .filter(({ scenario }) => scenario === "burst")
      .map((series) => ({ ...series, params: { ...series.params, payloadBytes: 64 } }));
    const floods = chartsOf({ ...whole, series: [...whole.series, ...more] })
      .filter(({ scenario }) => scenario === "burst")
      .map(({ id, title }) => `${id}: ${title}`);
    expect(floods).toContain("burst-rate: Wakes a second from many threads, without a pause, any");
    expect(floods).toContain(
      "burst-rate-2: Wakes a second from many threads, without a pause, 64 bytes each, any",
    );
    expect(floods.length).toBe(6);
  });
});

describe("what went wrong", () => {
  test("is no chart where it leaves nothing to draw", () => {
    const series = whole.series.map(
      (one): Series => ({
        ...one,
        ...{ status: "failed", error: "no", rounds: [], summary: nothing.summary, rates: {} },
        ...{ extra: {}, stages: {}, interval: nothing.interval },
        audit: { ...one.audit, received: 0 },
        cost: { ...one.cost, cpuLoopNs: null, cpuWakerNs: null, cpuOtherNs: null },
      }),
    );
    expect(chartsOf({ ...whole, series }).map(({ id }) => id)).toEqual([]);
  });

  test("is told of a contender that crashed, and of one that loses wakes", () => {
    const results = {
      ...whole,
      series: whole.series.map((series, index): Series => {
        if (index === 0) {
          const nothing = seriesWith({ contender: series.contender, p50sNs: [] });
          return { ...nothing, status: "crashed", error: "SIGSEGV" };
        }
        if (index !== 1) return series;
        return { ...series, audit: { ...series.audit, lost: series.audit.sent / 4 } };
      }),
    };
    const chart = chartsOf(results).find(({ id }) => id === "wake-distribution-same-core");
    if (chart === undefined) throw new Error("no chart of wakes");
    const svg = renderSvg(chart, "light");
    expect(svg).toContain("! crashed");
    expect(svg).toContain("! loses 25 %");
    expect(chart.description).toContain("pipe (crashed)");
  });

  test(
    "leaves charts that can be drawn, whatever is missing of whichever series",
    () => {
      for (const [index] of losses.entries()) drawWithout(whole.series.map(() => index));
      const which = fc.array(fc.integer({ min: 0, max: losses.length }), {
        minLength: whole.series.length,
        maxLength: whole.series.length,
      });
      fc.assert(fc.property(which, drawWithout), { numRuns: 3 });
    },
    // A machine under load draws two hundred charts in several seconds.
    { timeout: 60_000 },
  );
});

/** Draws all charts of results whose series lack this each, by the index of the loss. */
function drawWithout(lossOfEach: readonly number[]): void {
  const series = whole.series.map((one, index) => ({
    ...one,
    ...losses[lossOfEach[index] ?? losses.length]?.(one),
  }));
  for (const chart of chartsOf({ ...whole, series })) {
    const svg = renderSvg(chart, "dark", 340);
    expect(`${svg} ${JSON.stringify(chart)}`).not.toMatch(/NaN|undefined|Infinity/);
  }
}
