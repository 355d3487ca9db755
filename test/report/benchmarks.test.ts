import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { renderBencher } from "../../src/report/bencher.ts";
import { benchmarksOf, leftOutOf } from "../../src/report/benchmarks.ts";
import { renderGithubBenchmark } from "../../src/report/github-benchmark.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { callsSeries, usual } from "./calls.ts";
import { floodSeries } from "./floods.ts";
import { seriesOfPrograms } from "./programs.ts";

/** As https://bencher.dev/bmf.json has it. */
const publishedByBencher = z.fromJSONSchema({
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  patternProperties: {
    ".+": {
      type: "object",
      patternProperties: {
        ".+": {
          type: "object",
          properties: {
            value: { type: "number" },
            lower_value: { type: "number" },
            upper_value: { type: "number" },
          },
          required: ["value"],
        },
      },
    },
  },
});

/** What Bencher's documentation says beside: names of up to 1,024 characters, slugs of up to 64. */
const bencherFile = z.record(
  z.string().min(1).max(1_024),
  z.record(
    z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(64),
    z.strictObject({
      value: z.number(),
      lower_value: z.number().optional(),
      upper_value: z.number().optional(),
    }),
  ),
);

/** `BenchmarkResult` of github-action-benchmark, src/extract.ts. */
const githubFile = z.array(
  z.strictObject({
    name: z.string().min(1),
    value: z.number(),
    unit: z.string().min(1),
    range: z.string().optional(),
    extra: z.string().optional(),
  }),
);

/** How the action reads a range, src/extractRangeInfo.ts. */
const range = /(\+-|±)\s*(\d.+)/;

async function everything(): Promise<Results> {
  const wakes = ["same-core", "cross-core"].flatMap((placement) => [
    seriesWith({ contender: "pipe", p50sNs: steady(5_000), placement }),
    seriesWith({ contender: "ring:doorbell=napi", p50sNs: steady(4_000), placement }),
    seriesWith({ contender: "pipe", p50sNs: steady(5_000), placement, params: { control: "a/a" } }),
    seriesWith({
      contender: "signal",
      p50sNs: [],
      placement,
      rest: { status: "crashed", error: "SIGSEGV" },
    }),
  ]);
  const floods = await floodSeries([{ waker: "callback", from: { 1: 1e6, 8: 2e6 } }]);
  const programs = seriesOfPrograms({ "async-for": [40, 41, 42], failing: ["failed"] });
  const series = [...wakes, ...floods, ...callsSeries(usual), ...programs];
  return { ...resultsWith([]), series };
}

const results = await everything();

test("names say scenario, what sets the row apart, and the contender", () => {
  const names = benchmarksOf(results).map(({ name }) => name);
  for (const name of [
    "wake/same-core/pipe",
    "wake/cross-core/ring:doorbell=napi",
    "burst/1-thread/callback",
    "burst/8-threads/callback",
    "dispatch/same-core/lift",
    "dispatch/same-core/lift/signal",
    "dispatch/cross-core/floor:via=futex",
    "fetch/async-for",
  ]) {
    expect(names).toContain(name);
  }
});

test("no two rows have one name, and neither controls nor failures have any", () => {
  const names = benchmarksOf(results).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.join(" ")).not.toMatch(/signal$|failing|control/m);
  const watched = results.series.filter(
    ({ status, params }) => status === "ok" && params.control === undefined,
  );
  expect(names).toHaveLength(watched.length);
  expect(leftOutOf(results)).toEqual([
    "left out, because nothing was measured: wake/same-core/signal (crashed), wake/cross-core/signal (crashed), fetch/failing (failed)",
  ]);
  expect(leftOutOf(resultsWith([]))).toEqual([]);
});

test("flags that are not the usual ones have a name of their own", () => {
  const busy = { loop: "busy", spawn: "per-wake", ratePerSecond: 5_000 };
  const named = (params: Series["params"]) =>
    benchmarksOf(resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000), params })]))[0]
      ?.name;
  expect(named(busy)).toBe("wake/same-core/5000-per-second/loop-busy/spawn-per-wake/pipe");
  expect(named({})).toBe("wake/same-core/pipe");
});

describe("Bencher Metric Format", () => {
  const file = JSON.parse(renderBencher(results));

  test("is what Bencher has published", () => {
    expect(publishedByBencher.safeParse(file).success).toBe(true);
    expect(bencherFile.safeParse(file).error?.issues ?? []).toEqual([]);
    expect(publishedByBencher.safeParse({ "wake/pipe": { latency: {} } }).success).toBe(false);
  });

  test("has nanoseconds and rates with their intervals", () => {
    const [pipe] = results.series;
    const { latency } = bencherFile.parse(file)["wake/same-core/pipe"] ?? {};
    expect(latency?.value).toBe(pipe?.summary.p50Ns as number);
    expect([latency?.lower_value, latency?.upper_value]).toEqual([...(pipe?.interval.p50Ns ?? [])]);
    const { throughput } = bencherFile.parse(file)["burst/1-thread/callback"] ?? {};
    expect(throughput?.value).toBeCloseTo(1.01e6, -4);
    expect(throughput?.lower_value).toBeLessThan(throughput?.value ?? 0);
    expect(throughput?.upper_value).toBeGreaterThan(throughput?.value ?? Infinity);
  });

  test("leaves out what is withheld", () => {
    const few = seriesWith({ contender: "pipe", p50sNs: [5_000, 5_000, 5_000] });
    const measures = bencherFile.parse(JSON.parse(renderBencher(resultsWith([few]))));
    expect(few.summary.p99Ns).toBeNull();
    expect(Object.keys(measures["wake/same-core/pipe"] ?? {})).toEqual(["latency"]);
  });
});

describe("github-action-benchmark", () => {
  const [smaller, bigger] = (["less", "more"] as const).map((better) =>
    githubFile.parse(JSON.parse(renderGithubBenchmark(results, better))),
  ) as [z.infer<typeof githubFile>, z.infer<typeof githubFile>];

  test("has each figure once, times in the one file and rates in the other", () => {
    const names = [...smaller, ...bigger].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(smaller.map(({ unit }) => unit))).toEqual(new Set(["ns"]));
    expect(new Set(bigger.map(({ unit }) => unit))).toEqual(
      new Set(["wakes/s", "calls/s", "requests/s"]),
    );
    expect(names).toContain("wake/same-core/pipe latency");
    expect(names).toContain("burst/8-threads/callback throughput");
  });

  test("has ranges that the action can read", () => {
    const ranges = [...smaller, ...bigger].flatMap(({ range }) => range ?? []);
    expect(ranges.length).toBeGreaterThan(0);
    for (const written of ranges) expect(Number(/± (.*)/.exec(written)?.[1])).not.toBeNaN();
    expect(ranges.some((written) => range.test(written))).toBe(true);
  });
});

test("of a run in which nothing came through there is nothing to watch", () => {
  const none = resultsWith([]);
  expect(JSON.parse(renderBencher(none))).toEqual({});
  expect(JSON.parse(renderGithubBenchmark(none, "less"))).toEqual([]);
});
