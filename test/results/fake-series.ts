import { compareSeries } from "../../src/results/compare-series.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import { bootstrapIntervals } from "../../src/stats/bootstrap.ts";
import { encodeHistogram } from "../../src/stats/histogram.ts";
import { summarise, summariseRound } from "../../src/stats/summary.ts";
import { around } from "./fake-run.ts";

export type SeriesRequest = {
  readonly contender: string;
  /** The median of each round; none: nothing was measured. */
  readonly p50sNs: readonly number[];
  readonly placement?: string;
  readonly params?: Series["params"];
  readonly audit?: Partial<Series["audit"]>;
  readonly rest?: Partial<Series>;
};

/** A series made by hand. Its waker is the contender without parameters. */
export function seriesWith(request: SeriesRequest): Series {
  const { contender, p50sNs, placement = "same-core", params, audit, rest } = request;
  const roundsNs = p50sNs.map(around);
  const sent = roundsNs.flat().length;
  return {
    scenario: "wake",
    contender,
    waker: contender.replace(/:.*/, ""),
    runtime: "bun@1.4.5",
    params: { placement, loop: "idle", spawn: "persistent", before: "work", ...params },
    status: "ok",
    error: null,
    summary: summarise(roundsNs),
    interval: bootstrapIntervals(roundsNs, 1),
    stages: {},
    rounds: roundsNs.map((samples, round) => ({
      round,
      summary: summariseRound(samples),
      histogram: encodeHistogram(samples),
    })),
    audit: {
      sent,
      received: sent,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      coalesced: 0,
      early: 0,
      unparked: 0,
      ...audit,
    },
    cost: {
      wallNs: 1,
      cpuLoopNs: 1,
      cpuWakerNs: null,
      cpuOtherNs: null,
      cpuProcessNs: 1,
      voluntarySwitches: null,
      peakRssBytes: 1,
    },
    rates: {},
    extra: {},
    relative: null,
    harnessNs: 90,
    ...rest,
  };
}

/** Twelve rounds, each a little off the median, in the same way for every series. */
export function steady(p50Ns: number): number[] {
  return Array.from({ length: 12 }, (_, round) => Math.round(p50Ns * (1 + (round % 3) / 100)));
}

/** The series with their ratios to the first one of their placement. */
export function relatedToFirst(series: readonly Series[]): Series[] {
  return series.map((one) => {
    const first = series.find(({ params }) => params.placement === one.params.placement) ?? one;
    const paired = compareSeries(one, first);
    if (paired === null) return one;
    const { ratio, low, high, verdict } = paired;
    return { ...one, relative: { to: first.contender, ratio, interval: [low, high], verdict } };
  });
}

export function resultsWith(series: readonly Series[]): Results {
  return {
    schemaVersion: 1,
    tool: { name: "wakerbench", version: "0.1.0" },
    startedAt: "2026-01-02T03:04:05.678Z",
    durationMs: 30_000,
    partial: false,
    seed: 1,
    command: ["compare"],
    options: { wake: { rounds: 12 } },
    environment: {
      runtime: "bun@1.4.5",
      os: "Debian",
      kernel: "6.1",
      arch: "x64",
      cpu: "EPYC",
      cores: 2,
      virtualised: null,
      governor: null,
      clockResolutionNs: 1,
      zig: "0.16.0",
      warnings: [],
    },
    series: relatedToFirst(series),
  };
}
