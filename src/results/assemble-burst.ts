import type { BurstRun, BurstSetup } from "../runner/burst-run.ts";
import type { Subject } from "../runner/subject.ts";
import {
  type BurstAudit,
  type BurstCost,
  type BurstMeasurement,
  wakesPerSecond,
} from "../scenarios/burst-measurement.ts";
import { encodeHistogram } from "../stats/histogram.ts";
import { medianOf } from "../stats/percentile.ts";
import { type Summary, summarise, summariseRound } from "../stats/summary.ts";
import { verdictOf } from "../stats/verdict.ts";
import { rateOver, ratioByRound } from "./rates.ts";
import { faultsOf, type RawSamples, type RowFaults, statusOf } from "./rows.ts";
import type { Audit, Cost, Series } from "./schema.ts";

/** One flood that was measured, with the round that it belongs to. */
type FloodPart = { readonly round: number; readonly measurement: BurstMeasurement };

/** All rounds of one row: a subject under so many threads. */
type Row = RowFaults & {
  readonly subject: Subject;
  readonly threads: number;
  readonly parts: readonly FloodPart[];
  /** What a notify cost its thread, and how late the timer was: of thousands of samples, so once. */
  readonly notify: Summary;
  readonly late: Summary;
};

/** What stands in `params.control` of the series of threads without a waker. */
export const noWaker = "no waker";

/**
 * The series of a run, in the order of thread counts and subjects, with their raw samples.
 *
 * @param relativeTo label of the reference; null: `callback` where it ran, else the first that did
 */
export function assembleBurst(
  { setup, floods }: BurstRun,
  relativeTo: string | null,
): RawSamples[] {
  const rows = setup.threads.flatMap((threads) =>
    setup.subjects.map((subject, index): Row => {
      const own = floods.filter(
        ({ planned }) => planned.threads === threads && planned.subject === index,
      );
      const parts = own
        .flatMap(({ planned, outcome }) =>
          outcome.measurements.map((measurement) => ({ round: planned.round, measurement })),
        )
        .toSorted((one, other) => one.round - other.round);
      return {
        subject,
        threads,
        parts,
        notify: summarise(parts.map(({ measurement }) => measurement.notifyNs)),
        late: summarise(parts.map(({ measurement }) => measurement.lateNs)),
        ...faultsOf(own.map(({ outcome }) => outcome)),
      };
    }),
  );
  return rows.map((row) => {
    const peers = rows.filter(({ threads }) => threads === row.threads);
    return {
      series: seriesOf(row, peers, relativeTo, setup),
      samples: {
        notifyRoundsNs: row.parts.map(({ measurement }) => measurement.notifyNs),
        lateRoundsNs: row.parts.map(({ measurement }) => measurement.lateNs),
      },
    };
  });
}

function seriesOf(
  row: Row,
  peers: readonly Row[],
  relativeTo: string | null,
  setup: BurstSetup,
): Series {
  const { subject, threads } = row;
  const rates = ratesOf(row);
  return {
    scenario: "burst",
    contender: subject.label,
    waker: subject.isControl ? "none" : subject.approach.id,
    runtime: subject.runtime.name,
    params: {
      threads,
      producers: setup.producers,
      ...(setup.producers === "sleep" ? { gapNs: setup.gapNs } : {}),
      payloadBytes: setup.payloadBytes,
      // Nothing is pinned in a flood.
      placement: "any",
      ...subject.contender.parameters,
      ...(subject.isControl ? { control: noWaker } : {}),
    },
    ...statusOf(row),
    // Nothing is timed from notify to resume; what is timed stands in `stages`.
    summary: summarise([]),
    interval: { meanNs: null, p50Ns: null, p90Ns: null, p99Ns: null },
    stages: { notify: row.notify, timer: row.late },
    rounds: row.parts.map(({ round }) => ({
      round,
      summary: summariseRound([]),
      histogram: encodeHistogram([]),
      rates: { wakesPerSecond: rates.get(round) ?? 0 },
    })),
    audit: auditOf(row),
    cost: costOf(row),
    rates:
      subject.isControl || rates.size === 0
        ? {}
        : { wakesPerSecond: rateOver([...rates.values()]) },
    extra: extraOf(row, peers),
    relative: relativeOf(row, referenceOf(peers, relativeTo)),
    harnessNs: null,
  };
}

/**
 * Wakes a second of each round, by round: all that were heard, over the time from the flood's begin
 * until the last of them was heard. What was heard within the flood alone would measure how often the
 * scheduler gave the loop a turn among the threads.
 */
function ratesOf({ parts }: Row): Map<number, number> {
  return new Map(parts.map(({ round, measurement }) => [round, wakesPerSecond(measurement)]));
}

function auditOf({ parts }: Row): Audit {
  const total = (name: keyof BurstAudit) =>
    parts.reduce((sum, { measurement }) => sum + measurement.audit[name], 0);
  return {
    sent: total("sent"),
    received: total("received"),
    lost: total("lost"),
    duplicated: total("duplicated"),
    reordered: total("reordered"),
    coalesced: total("coalesced"),
    early: 0,
    unparked: 0,
    refused: total("refused"),
  };
}

function costOf({ parts }: Row): Cost {
  const costs = parts.map(({ measurement }) => measurement.cost);
  const sum = (pick: (cost: BurstCost) => number) =>
    costs.reduce((total, cost) => total + pick(cost), 0);
  const sumOrNull = (pick: (cost: BurstCost) => number | null) =>
    costs.length === 0 || costs.some((cost) => pick(cost) === null)
      ? null
      : sum((cost) => pick(cost) ?? 0);
  const loop = sum(({ cpuLoopNs }) => cpuLoopNs);
  const producers = sumOrNull(({ cpuProducersNs }) => cpuProducersNs);
  const process = sum(({ cpuProcessNs }) => cpuProcessNs);
  return {
    wallNs: sum(({ wallNs }) => wallNs),
    cpuLoopNs: loop,
    cpuWakerNs: producers,
    cpuOtherNs: producers === null ? null : Math.max(0, process - loop - producers),
    cpuProcessNs: process,
    voluntarySwitches: sumOrNull(({ voluntarySwitches }) => voluntarySwitches),
    peakRssBytes: Math.max(0, ...costs.map(({ peakRssBytes }) => peakRssBytes)),
  };
}

function extraOf(row: Row, peers: readonly Row[]): Series["extra"] {
  const { parts, subject, notify, late } = row;
  const each = (pick: (measurement: BurstMeasurement) => number) =>
    parts.map(({ measurement }) => pick(measurement));
  const total = (pick: (measurement: BurstMeasurement) => number) =>
    each(pick).reduce((sum, value) => sum + value, 0);
  const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
  const control = peers.find(
    (other) => other.subject.isControl && other.subject.runtime.name === subject.runtime.name,
  );
  const floor = peers.find(
    (other) => other.subject.approach.id === "floor" && !other.subject.isControl,
  );
  const toFloor = floor === undefined || floor === row ? null : ratioOf(row, floor);
  const entries = total((measurement) => measurement.entries);
  const delivered = total((measurement) => measurement.delivered);
  const received = total(({ audit }) => audit.received);
  const isWaker = !subject.isControl && subject.approach.id !== "floor";
  return {
    ...(isWaker ? { kind: subject.approach.traits.kind } : {}),
    deliveredTotal: delivered,
    inTimeShare: received === 0 ? null : Math.min(1, delivered / received),
    wakesPerEntry: entries === 0 ? null : received / entries,
    notifyP50Ns: notify.p50Ns,
    notifyP99Ns: notify.p99Ns,
    timerGapP90Ns: late.p90Ns,
    timerGapP99Ns: late.p99Ns,
    timerGapMaxNs: late.maxNs,
    controlTimerP99Ns: control?.late.p99Ns ?? null,
    controlTimerMaxNs: control?.late.maxNs ?? null,
    settleNs: medianOf(each(({ settleNs }) => settleNs)),
    settleMaxNs: most(each(({ settleNs }) => settleNs)),
    floodNs: medianOf(each(({ floodNs }) => floodNs)),
    memoryGrowthBytes: most(each(({ memoryGrowthBytes }) => memoryGrowthBytes)),
    ...(toFloor === null
      ? {}
      : { floorRatio: toFloor.ratio, floorRatioLow: toFloor.low, floorRatioHigh: toFloor.high }),
  };
}

function referenceOf(peers: readonly Row[], relativeTo: string | null): Row | undefined {
  const running = peers.filter(
    (row) => !row.subject.isControl && [...ratesOf(row).values()].some((rate) => rate > 0),
  );
  const named = running.find(({ subject }) => subject.label === relativeTo);
  if (named !== undefined) return named;
  const callback = running.find(({ subject }) => subject.approach.id === "callback");
  return callback ?? running.find(({ subject }) => subject.approach.id !== "floor") ?? running[0];
}

/** How many times as many wakes a second; null when rounds are too few, or brought no wake at all. */
function ratioOf(row: Row, reference: Row) {
  const own = ratesOf(row);
  const others = ratesOf(reference);
  const isSilent = (rates: ReadonlyMap<number, number>, others: ReadonlyMap<number, number>) =>
    [...rates].some(([round, rate]) => rate === 0 && others.has(round));
  if (isSilent(own, others) || isSilent(others, own)) return null;
  return ratioByRound(own, others);
}

function relativeOf(row: Row, reference: Row | undefined): Series["relative"] {
  if (reference === undefined || row.subject.isControl || row.parts.length === 0) return null;
  const to = reference.subject.label;
  if (row === reference) return { to, ratio: 1, interval: [1, 1], verdict: "no difference seen" };
  const paired = ratioOf(row, reference);
  if (paired === null) return null;
  const { ratio, low, high } = paired;
  // More wakes a second is less time for each of them.
  const verdict = verdictOf({ low: 1 / high, high: 1 / low });
  return { to, ratio, interval: [low, high], verdict };
}
