import type { Series } from "../results/schema.ts";
import { isWorkload, workloadWords } from "../scenarios/workload-words.ts";
import {
  type Estimate,
  type EstimateRatio,
  independentRatio,
  sameRunRatio,
} from "../stats/estimate-ratio.ts";
import { verdictOf } from "../stats/verdict.ts";
import { type MetricId, metricIds } from "./metric-ids.ts";
import type { DiffFigure, DiffRow } from "./schema.ts";

type Round = Series["rounds"][number];

/** A figure of a series: over all rounds, of each round, and its interval where rounds withhold theirs. */
type Metric = {
  readonly unit: DiffFigure["unit"];
  value(series: Series): number | null;
  ofRound(round: Round, series: Series): number | null;
  interval?(series: Series): Series["interval"]["p50Ns"];
};

type SummaryField = keyof Omit<Series["summary"], "count">;

function ofSummary(field: SummaryField, interval?: keyof Series["interval"]): Metric {
  return {
    unit: "ns",
    value: ({ summary }) => summary[field],
    ofRound: ({ summary }) => summary[field],
    ...(interval === undefined ? {} : { interval: (series) => series.interval[interval] }),
  };
}

const p50 = ofSummary("p50Ns", "p50Ns");

/** What a second brings. */
const rate: Metric = {
  unit: "perSecond",
  value: (series) => series.rates[rateName(series)]?.value ?? null,
  ofRound: ({ rates }, series) => rates?.[rateName(series)] ?? null,
};

function rateName({ scenario }: Series): string {
  if (scenario === "burst") return "wakesPerSecond";
  if (scenario === "dispatch") return "callsPerSecond";
  return isWorkload(scenario) ? workloadWords[scenario].rate : "";
}

/** Time for each: less is better, as with all that decides. */
const timeEach: Metric = {
  unit: "ns",
  value: (series) => nsEach(rate.value(series)),
  ofRound: (round, series) => nsEach(rate.ofRound(round, series)),
};

function nsEach(perSecond: number | null): number | null {
  return perSecond === null || perSecond === 0 ? null : 1e9 / perSecond;
}

const decidingOfWorkload: Metric = {
  unit: "ns",
  value: ({ extra }) => (typeof extra.decidingNs === "number" ? extra.decidingNs : null),
  ofRound: ({ decidingNs }) => decidingNs ?? null,
};

/** The most that was resident in a round; that of the whole run would be its worst moment alone. */
const memory: Metric = {
  unit: "bytes",
  value({ rounds }) {
    const known = rounds.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
    if (known.length === 0) return null;
    return Math.exp(known.reduce((sum, bytes) => sum + Math.log(bytes), 0) / known.length);
  },
  ofRound: ({ peakRssBytes }) => peakRssBytes ?? null,
};

/** CPU time is missing: a file has it over all rounds together, so that nothing tells its noise. */
const metrics: Readonly<Record<Exclude<MetricId, "deciding">, Metric>> = {
  p50,
  p90: ofSummary("p90Ns", "p90Ns"),
  p95: ofSummary("p95Ns"),
  p99: ofSummary("p99Ns", "p99Ns"),
  "p99.9": ofSummary("p999Ns"),
  mean: ofSummary("meanNs", "meanNs"),
  rate,
  memory,
};

function metricFor(id: MetricId, { scenario }: Series): Metric {
  if (id !== "deciding") return metrics[id];
  if (isWorkload(scenario)) return decidingOfWorkload;
  return scenario === "burst" || scenario === "dispatch" ? timeEach : p50;
}

/** What decides in a scenario, in words. */
export function decidingWords({ scenario, params }: Pick<Series, "scenario" | "params">): string {
  if (isWorkload(scenario)) {
    const { deciding, decidingOnSchedule } = workloadWords[scenario];
    return params.ratePerSecond === undefined ? deciding : (decidingOnSchedule ?? deciding);
  }
  if (scenario === "burst") return "time per wake";
  return scenario === "dispatch" ? "time per call" : "p50";
}

/**
 * The figures that both series have.
 *
 * @param isSameRun whether the rounds of both are the same rounds
 */
export function compareFigures(base: Series, next: Series, isSameRun: boolean): DiffFigure[] {
  return metricIds.flatMap((id) => {
    const metric = metricFor(id, base);
    const [was, is] = [estimateOf(metric, base), estimateOf(metric, next)];
    if (was === null || is === null) return [];
    const compared = isSameRun ? sameRunRatio(is, was) : independentRatio(is, was);
    if (compared === null) return [];
    const { unit } = metric;
    const figure = { metric: id, unit, base: was.value, new: is.value, ...compared };
    return [{ ...figure, change: changeOf(compared) }];
  });
}

/** What a run says a figure is, and how sure it is of it. */
export type Figure = {
  readonly unit: DiffFigure["unit"];
  readonly value: number;
  /** 95 %, by how much its rounds differ; null where the run cannot tell its own noise. */
  readonly interval: readonly [low: number, high: number] | null;
};

/** A figure of one run alone; null where it has none. */
export function figureOf(id: MetricId, series: Series): Figure | null {
  const metric = metricFor(id, series);
  const estimate = estimateOf(metric, series);
  if (estimate === null) return null;
  const { value } = estimate;
  // Held against a number that is exactly known: what is left is the noise of the run.
  const exact: Estimate = {
    value,
    byRound: new Map([0, 1].map((round) => [round, value])),
    interval: null,
  };
  const ends = independentRatio(estimate, exact)?.interval ?? null;
  const interval = ends === null ? null : ([value * ends[0], value * ends[1]] as const);
  return { unit: metric.unit, value, interval };
}

function estimateOf(metric: Metric, series: Series): Estimate | null {
  const value = metric.value(series);
  if (value === null) return null;
  const measured = series.rounds.filter(
    ({ summary, rates, decidingNs }) =>
      summary.count > 0 || rates !== undefined || decidingNs !== undefined,
  );
  return {
    value,
    byRound: new Map(measured.map((round) => [round.round, metric.ofRound(round, series)])),
    interval: metric.interval?.(series) ?? null,
  };
}

const changes = { slower: "up", faster: "down", "no difference seen": "none" } as const;

/** By the words of a verdict, which are about times. */
function changeOf({ interval }: EstimateRatio): DiffFigure["change"] {
  if (interval === null) return null;
  const [low, high] = interval;
  return changes[verdictOf({ low, high })];
}

/** What the figure that decides says of a row. */
export function verdictOfFigures(figures: readonly DiffFigure[]): DiffRow["verdict"] {
  const interval = figures.find(({ metric }) => metric === "deciding")?.interval ?? null;
  return interval === null ? null : verdictOf({ low: interval[0], high: interval[1] });
}
