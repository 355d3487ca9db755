import { rateOver } from "../results/rates.ts";
import type { Results, Series } from "../results/schema.ts";
import { isWorkload, workloadWords } from "../scenarios/workload-words.ts";
import { isControl } from "./notes.ts";

/** One figure of a benchmark, as services know them that watch figures from commit to commit. */
export type Metric = {
  /** Kebab-case; `latency` and `throughput` are what Bencher calls its own. */
  readonly measure: string;
  /** Absent of a rate: nanoseconds. */
  readonly unit: "ns" | `${string}/s`;
  readonly better: "less" | "more";
  readonly value: number;
  /** 95 %; null: not known. */
  readonly interval: readonly [low: number, high: number] | null;
};

/** What is watched under one name. */
export type Benchmark = {
  /** `wake/same-core/callback`: the same in every run with the same flags. */
  readonly name: string;
  readonly series: Series;
  /** At least one. */
  readonly metrics: readonly Metric[];
};

/**
 * What of a run can be watched. Left out are controls, contenders that have failed, and figures that are
 * withheld: a service would take any stand-in for a measured value.
 */
export function benchmarksOf({ series }: Results): Benchmark[] {
  return series
    .filter((one) => one.status === "ok" && !isControl(one))
    .map((one) => ({ name: nameOf(one), series: one, metrics: metricsOf(one) }))
    .filter(({ metrics }) => metrics.length > 0);
}

/** Says what has failed and is left out; controls and what is withheld are nobody's loss. */
export function leftOutOf({ series }: Results): string[] {
  const failed = series.filter((one) => one.status !== "ok" && !isControl(one));
  if (failed.length === 0) return [];
  const names = failed.map((one) => `${nameOf(one)} (${one.status})`);
  return [`left out, because nothing was measured: ${names.join(", ")}`];
}

/** Settings that are in no name: whoever leaves them alone has the shortest one. */
const usual: Readonly<Record<string, unknown>> = {
  loop: "idle",
  spawn: "persistent",
  before: "work",
  producers: "spin",
  payloadBytes: 0,
  inFlight: 1,
  work: "0",
};

/** How each setting that sets rows apart is written; a case of dispatch stands for its flags. */
const words: Readonly<Record<string, (value: Series["params"][string]) => string>> = {
  placement: String,
  table: String,
  threads: (count) => (count === 1 ? "1-thread" : `${count}-threads`),
  loop: (loop) => `loop-${loop}`,
  spawn: (spawn) => `spawn-${spawn}`,
  before: (before) => `before-${before}`,
  producers: (producers) => `producers-${producers}`,
  payloadBytes: (bytes) => `${bytes}-bytes`,
  ratePerSecond: (rate) => `${rate}-per-second`,
  inFlight: (count) => `${count}-in-flight`,
  work: (work) => `work-${work}`,
};

/** Of which scenarios a parameter sets rows or runs apart; elsewhere it is but told. */
const namedBy: Readonly<Record<string, readonly string[]>> = {
  wake: ["placement", "ratePerSecond", "loop", "spawn", "before"],
  burst: ["threads", "producers", "payloadBytes"],
  dispatch: ["placement", "inFlight", "work"],
};
const namedByElsewhere = ["table", "ratePerSecond"];

function nameOf({ scenario, contender, params }: Series): string {
  const isCase = scenario === "dispatch" && params.case !== undefined;
  const settings = (namedBy[scenario] ?? namedByElsewhere).flatMap((name) => {
    const value = params[name];
    const isUsual = value === undefined || value === usual[name];
    return isUsual || (isCase && name === "work") ? [] : [words[name]?.(value) ?? String(value)];
  });
  return [scenario, ...settings, contender, ...(isCase ? [String(params.case)] : [])].join("/");
}

function metricsOf(series: Series): Metric[] {
  return [...latencies(series), ...rates(series), ...others(series)];
}

function latencies({ scenario, summary, interval }: Series): Metric[] {
  // Floods time nothing, and the latency of a whole program is its run time.
  if (scenario === "burst" || scenario === "fetch") return [];
  return [
    ...timeOf("latency", summary.p50Ns, interval.p50Ns),
    ...timeOf("latency-p90", summary.p90Ns, interval.p90Ns),
    ...timeOf("latency-p99", summary.p99Ns, interval.p99Ns),
  ];
}

/** What each scenario counts in a second. */
const counted: Readonly<Record<string, readonly [rate: string, unit: `${string}/s`]>> = {
  burst: ["wakesPerSecond", "wakes/s"],
  dispatch: ["callsPerSecond", "calls/s"],
};

function rates({ scenario, rates }: Series): Metric[] {
  const [name, unit] = isWorkload(scenario)
    ? ([workloadWords[scenario].rate, `${workloadWords[scenario].noun}s/s`] as const)
    : (counted[scenario] ?? ["", "wakes/s"]);
  const rate = rates[name];
  return rate === undefined ? [] : [{ measure: "throughput", unit, better: "more", ...rate }];
}

/** What decides in a scenario and is neither its latency nor its rate. */
function others({ scenario, summary, interval, stages, rounds }: Series): Metric[] {
  switch (scenario) {
    case "burst":
      return timeOf("timer-late-p99", stages.timer?.p99Ns ?? null, null);
    case "fetch":
      return timeOf("run-time", summary.meanNs, interval.meanNs);
    case "cancel":
    case "mixed": {
      const decidingNs = rounds.flatMap((round) => round.decidingNs ?? []);
      if (decidingNs.length === 0) return [];
      const { value, interval } = rateOver(decidingNs);
      return timeOf(scenario === "cancel" ? "settle" : "others-p99", value, interval);
    }
    default:
      return [];
  }
}

function timeOf(measure: string, value: number | null, interval: Metric["interval"]): Metric[] {
  return value === null ? [] : [{ measure, unit: "ns", better: "less", value, interval }];
}

/** Six digits: more would only be noise in a file that is kept for every commit. */
export function roundFigure(value: number): number {
  return Number(value.toPrecision(6));
}
