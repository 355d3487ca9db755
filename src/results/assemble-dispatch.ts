import type { Dispatcher, Work } from "../dispatchers/dispatcher.ts";
import { formatDuration } from "../duration.ts";
import { type CallCase, type CallRow, countOf } from "../plan/calls.ts";
import type { Placement } from "../plan/plan.ts";
import {
  type DispatchRun,
  type DispatchSetup,
  demandsOf,
  inFlightOf,
  warmupShare,
} from "../runner/dispatch-run.ts";
import type { Subject } from "../runner/subject.ts";
import type { DispatchAudit, DispatchMeasurement } from "../scenarios/dispatch-measurement.ts";
import { bootstrapIntervals } from "../stats/bootstrap.ts";
import { encodeHistogram } from "../stats/histogram.ts";
import { medianOf } from "../stats/percentile.ts";
import { summarise, summariseRound } from "../stats/summary.ts";
import { verdictOf } from "../stats/verdict.ts";
import { totalCost } from "./costs.ts";
import { rateOver, ratioByRound } from "./rates.ts";
import { faultsOf, type RawSamples, type RowFaults, statusOf } from "./rows.ts";
import type { Audit, Cost, Series } from "./schema.ts";

/** One visit that was measured, with the round that it belongs to. */
type RoundPart = { readonly round: number; readonly measurement: DispatchMeasurement };

/** All rounds of one row: a subject and a case in a placement. */
type Row = RowFaults & {
  readonly subject: Subject<Dispatcher>;
  readonly placement: Placement;
  readonly case: CallCase;
  readonly planned: CallRow;
  /** Visits whose calls count. */
  readonly parts: readonly RoundPart[];
  /** What became of all calls, also of those of a visit that a fault ended in its warm-up. */
  readonly audits: readonly DispatchAudit[];
  readonly repeated: number;
};

/**
 * The series of a run, in the order of placements, subjects and cases, with their raw samples.
 *
 * @param relativeTo label of the reference; null: the faster floor, else the first that ran
 */
export function assembleDispatch(run: DispatchRun, relativeTo: string | null): RawSamples[] {
  const rows = rowsOf(run);
  return rows.map((row) => {
    const peers = rows.filter(({ placement }) => placement === row.placement);
    return {
      series: seriesOf(row, peers, relativeTo, run.setup),
      samples: { callRoundsNs: row.parts.map(({ measurement }) => measurement.callNs) },
    };
  });
}

function rowsOf({ setup, visits }: DispatchRun): Row[] {
  const rows = setup.rows.flatMap((row, index): Row[] => {
    const subject = setup.subjects[row.subject];
    const placement = setup.placements[row.placement];
    if (subject === undefined || placement === undefined) return [];
    const own = visits.filter(({ planned }) => planned.row === index);
    const all = own.flatMap(({ planned, outcome }) =>
      outcome.measurements.map((measurement) => ({ round: planned.round, measurement })),
    );
    const parts = all.filter(({ measurement }) => measurement.cost.wallNs > 0);
    return [
      {
        subject,
        placement,
        case: row.case,
        planned: row,
        parts: parts.toSorted((one, other) => one.round - other.round),
        audits: all.map(({ measurement }) => measurement.audit),
        repeated: own.filter(({ isRepeated }) => isRepeated).length,
        ...faultsOf(own.map(({ outcome }) => outcome)),
      },
    ];
  });
  // Stable: plain rows and cases stay in the order in which they were planned.
  return rows.toSorted(
    (one, other) =>
      setup.placements.indexOf(one.placement) - setup.placements.indexOf(other.placement),
  );
}

function seriesOf(
  row: Row,
  peers: readonly Row[],
  relativeTo: string | null,
  setup: DispatchSetup,
): Series {
  const { subject, parts } = row;
  const samplesNs = parts.map(({ measurement }) => measurement.callNs);
  const rates = callRatesOf(row);
  return {
    scenario: "dispatch",
    contender: subject.label,
    waker: subject.approach.id,
    runtime: subject.runtime.name,
    params: paramsOf(row, setup),
    ...statusOf(row),
    summary: summarise(samplesNs),
    interval: bootstrapIntervals(samplesNs, setup.seed),
    stages: {},
    rounds: parts.map(({ round, measurement }) => {
      const callsPerSecond = rates.get(round);
      return {
        round,
        summary: summariseRound(measurement.callNs),
        histogram: encodeHistogram(measurement.callNs),
        ...(callsPerSecond === undefined ? {} : { rates: { callsPerSecond } }),
      };
    }),
    audit: auditOf(row),
    cost: costOf(row),
    rates: rates.size === 0 ? {} : { callsPerSecond: rateOver([...rates.values()]) },
    extra: extraOf(row, peers, setup),
    relative: doesOtherWork(row, setup)
      ? null
      : relativeOf(row, referenceOf(row, peers, relativeTo)),
    harnessNs: medianOf(parts.map(({ measurement }) => measurement.harnessNs)),
  };
}

/** What the row's calls were really given: a case overrules what was asked for. */
function paramsOf(row: Row, setup: DispatchSetup): Series["params"] {
  const { subject, placement } = row;
  const { work, timeoutEachNs, signals, cancelRate, throwRate } = demandsOf(setup, row);
  return {
    placement: placement.name,
    inFlight: inFlightOf(setup, row),
    work: workOf(work),
    count: countOf(row, setup.count),
    ...(timeoutEachNs === null ? {} : { timeoutEachNs }),
    signals,
    cancelRate,
    throwRate,
    ...(placement.cores.loopCore < 0 ? {} : placement.cores),
    ...subject.contender.parameters,
    ...(row.case === "plain" ? {} : { case: row.case }),
    ...(subject.isControl ? { control: "a/a" } : {}),
  };
}

/** As it is written on the command line. */
function workOf(work: Work): string {
  if (work.kind !== "spin") return work.kind;
  return work.spinNs === 0 ? "0" : formatDuration(work.spinNs);
}

/** Calls that were sent, whatever became of them. */
function callsOf({ audit }: DispatchMeasurement): number {
  return audit.sent;
}

/** Calls a second of each round, by round: all calls of it over its time. */
function callRatesOf({ parts }: Row): Map<number, number> {
  return new Map(
    parts
      .filter(({ measurement }) => callsOf(measurement) > 0)
      .map(({ round, measurement }) => [
        round,
        (callsOf(measurement) / measurement.cost.wallNs) * 1e9,
      ]),
  );
}

function total({ parts }: Row, pick: (measurement: DispatchMeasurement) => number): number {
  return parts.reduce((sum, { measurement }) => sum + pick(measurement), 0);
}

function auditOf(row: Row): Audit {
  const sum = (name: keyof DispatchAudit) =>
    row.audits.reduce((all, audit) => all + audit[name], 0);
  return {
    sent: sum("sent"),
    received: sum("settled"),
    lost: sum("lost"),
    duplicated: sum("duplicated"),
    mistaken: sum("mistaken"),
    reordered: 0,
    coalesced: 0,
    early: 0,
    unparked: 0,
  };
}

function costOf({ parts }: Row): Cost {
  return totalCost(parts.map(({ measurement }) => measurement.cost));
}

function extraOf(row: Row, peers: readonly Row[], setup: DispatchSetup): Series["extra"] {
  const { parts } = row;
  const median = (pick: (measurement: DispatchMeasurement) => number) =>
    medianOf(parts.map(({ measurement }) => pick(measurement)));
  const { cpuLoopNs, cpuWakerNs, cpuOtherNs, cpuProcessNs } = costOf(row);
  const isAccounted = cpuLoopNs !== null && cpuWakerNs !== null && cpuOtherNs !== null;
  const floor = fastestFloor(peers);
  const isBound = row.subject.approach.kind === "floor" || row.case !== "plain";
  const toFloor = floor === undefined || isBound ? null : timeRatioOf(row, floor);
  return {
    kind: row.subject.approach.kind,
    calls: total(row, callsOf),
    answered: total(row, ({ endings }) => endings.answered),
    threw: total(row, ({ endings }) => endings.threw),
    cancelled: total(row, ({ endings }) => endings.cancelled),
    timedOut: total(row, ({ endings }) => endings.timedOut),
    startNs: median(({ startNs }) => startNs),
    stopNs: median(({ stopNs }) => stopNs),
    visitsRepeated: row.repeated,
    warmupShare: warmupShare(setup, row.planned),
    sampledEvery: Math.max(1, ...parts.map(({ measurement }) => measurement.sampledEvery)),
    cpuShare:
      isAccounted && cpuProcessNs > 0 ? (cpuLoopNs + cpuWakerNs + cpuOtherNs) / cpuProcessNs : null,
    ...(toFloor === null
      ? {}
      : { floorRatio: toFloor.ratio, floorRatioLow: toFloor.low, floorRatioHigh: toFloor.high }),
  };
}

/**
 * Whether its calls do other work than the plain ones, so that there is nothing to set them against: a job
 * that throws does none, nor does one that is cancelled before its turn.
 */
function doesOtherWork(row: Row, setup: DispatchSetup): boolean {
  const isNothing = setup.work.kind === "spin" && setup.work.spinNs === 0;
  const mayDoNone = row.case === "exception" || row.case === "cancellation";
  return row.case === "expiry" || (mayDoNone && !isNothing);
}

/** What a plain row may be set against. Who lost calls has the seconds in its time that were waited for them. */
function isReference({ subject, case: name, parts, audits }: Row): boolean {
  const hasLost = audits.some(({ lost }) => lost > 0);
  return !subject.isControl && name === "plain" && parts.length > 0 && !hasLost;
}

/** The floor that takes the least time for a call: the bound of all others. */
function fastestFloor(peers: readonly Row[]): Row | undefined {
  const nsPerCall = (row: Row) =>
    total(row, ({ cost }) => cost.wallNs) / Math.max(1, total(row, callsOf));
  return peers
    .filter((row) => row.subject.approach.kind === "floor" && isReference(row))
    .toSorted((one, other) => nsPerCall(one) - nsPerCall(other))[0];
}

/** Of a case the plain row of the same subject. */
function referenceOf(row: Row, peers: readonly Row[], relativeTo: string | null): Row | undefined {
  const able = peers.filter(isReference);
  if (row.case !== "plain") return able.find(({ subject }) => subject === row.subject);
  const named = able.find(({ subject }) => subject.label === relativeTo);
  return named ?? fastestFloor(peers) ?? able[0];
}

/** How many times as long a call takes: above 1 the row is the slower one. */
function timeRatioOf(row: Row, reference: Row) {
  // Calls a second of the reference over the row's own is the time per call of the row over the reference's.
  return ratioByRound(callRatesOf(reference), callRatesOf(row));
}

function relativeOf(row: Row, reference: Row | undefined): Series["relative"] {
  if (reference === undefined || row.parts.length === 0) return null;
  const to = reference.subject.label;
  if (row === reference) return { to, ratio: 1, interval: [1, 1], verdict: "no difference seen" };
  const paired = timeRatioOf(row, reference);
  if (paired === null) return null;
  const { ratio, low, high } = paired;
  return { to, ratio, interval: [low, high], verdict: verdictOf(paired) };
}
