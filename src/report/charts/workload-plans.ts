import type { Series } from "../../results/schema.ts";
import { saturationOf } from "../handlers-saturation.ts";
import type { BarsPlan, Figure } from "./workload-bars.ts";

/** The charts of workloads, in the order of a report. */
export const workloadPlans: readonly BarsPlan[] = [
  {
    id: "spawn",
    scenario: "spawn",
    title: "Spawn: tasks a second",
    subtitle: "More is better. Whiskers: 95 % interval over the rounds",
    axis: "tasks a second",
    unit: "perSecond",
    shape: "bars",
    isScaleShared: false,
    figures: [rate("Tasks/s", "tasksPerSecond")],
  },
  {
    id: "io-throughput",
    scenario: "io",
    title: "IO: operations a second",
    subtitle: "More is better. Whiskers: 95 % interval over the rounds",
    axis: "operations a second",
    unit: "perSecond",
    shape: "bars",
    isScaleShared: true,
    figures: [rate("Ops/s", "operationsPerSecond")],
  },
  {
    id: "io-latency",
    scenario: "io",
    title: "IO: how long an operation takes",
    subtitle: "Less is better. Most of it is the sleep that was asked for; right: the median",
    axis: "time of an operation",
    unit: "ns",
    shape: "points",
    isScaleShared: true,
    figures: [latency("p50", "p50Ns"), latency("p95", "p95Ns"), latency("p99", "p99Ns")],
  },
  {
    id: "cancel",
    scenario: "cancel",
    title: "Cancel: how soon everything is gone",
    subtitle:
      "From the cancel to the end of the last task, median of the rounds; less is better. Whiskers: the quickest and the slowest round",
    axis: "time to the last end",
    unit: "ns",
    shape: "bars",
    isScaleShared: true,
    figures: [{ ...level("Settle", "settleNs"), intervalOf: roundsRange, rangeName: "Rounds" }],
  },
  {
    id: "mixed",
    scenario: "mixed",
    title: "Mixed: how long operations take that do not burn",
    subtitle:
      "Less is better; right: p99 within a round, the median of the rounds. Whiskers: the quickest and the slowest round",
    axis: "time of an operation",
    unit: "ns",
    shape: "points",
    isScaleShared: true,
    figures: [
      {
        part: "p99",
        amountOf: (series) => (isTold(series) ? numberOf(series.extra.othersP99Ns) : null),
        intervalOf: roundsRange,
        rangeName: "Rounds",
      },
      latency("p50", "p50Ns"),
    ],
  },
  {
    id: "handlers",
    scenario: "handlers",
    title: "Handlers: requests a second",
    subtitle:
      "More is better. Whiskers: 95 % interval over the rounds. * the client was saturated, the server could have answered more; † neither of them was",
    axis: "requests a second",
    unit: "perSecond",
    shape: "bars",
    isScaleShared: false,
    figures: [rate("Requests/s", "requestsPerSecond")],
    // On a schedule all answer the same number.
    isShown: ({ params }) => params.ratePerSecond === undefined,
    markOf: saturationMark,
  },
  {
    id: "handlers-latency",
    scenario: "handlers",
    title: "Handlers: how long a request takes",
    subtitle: "Less is better; right: the median",
    axis: "time of a request",
    unit: "ns",
    shape: "points",
    isScaleShared: true,
    figures: [latency("p50", "p50Ns"), latency("p99", "p99Ns"), latency("p99.9", "p999Ns")],
  },
  {
    id: "fetch",
    scenario: "fetch",
    title: "Fetch: how long whole programs take",
    subtitle: "Less is better. Whiskers: 95 % interval of the mean",
    axis: "mean time of a run",
    unit: "ns",
    shape: "bars",
    isScaleShared: true,
    figures: [
      {
        part: "Mean",
        amountOf: ({ summary }) => summary.meanNs,
        intervalOf: ({ interval }) => interval.meanNs,
      },
    ],
  },
];

/** A rate of the results with its interval. */
function rate(part: string, name: string): Figure {
  return {
    part,
    amountOf: ({ rates }) => rates[name]?.value ?? null,
    intervalOf: ({ rates }) => rates[name]?.interval ?? null,
  };
}

/** A percentile of all samples together. */
function latency(part: string, key: "p50Ns" | "p95Ns" | "p99Ns" | "p999Ns"): Figure {
  return { part, amountOf: ({ summary }) => summary[key] };
}

function level(part: string, name: string): Figure {
  return { part, amountOf: ({ extra }) => numberOf(extra[name]) };
}

function numberOf(told: Series["extra"][string] | undefined): number | null {
  return typeof told === "number" ? told : null;
}

/** Rule 6 of measurement, of a p99 that each round has for itself: samples above it, and rounds. */
function isTold({ rounds, summary }: Series): boolean {
  return rounds.length >= fewestRounds && summary.count / 100 >= 10;
}

const fewestRounds = 3;

/** The ends of what the rounds came to: no interval of chance, but how far they lie apart. */
function roundsRange({ rounds }: Series): readonly [number, number] | null {
  const known = rounds.flatMap(({ decidingNs }) => decidingNs ?? []);
  return known.length < fewestRounds ? null : [Math.min(...known), Math.max(...known)];
}

function saturationMark(series: Series): string {
  const told = saturationOf(series);
  if (told === undefined) return "";
  return told.startsWith("the client") ? " *" : " †";
}
