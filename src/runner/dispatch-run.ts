import type { Dispatcher, Work } from "../dispatchers/dispatcher.ts";
import {
  type CallCost,
  type CallKind,
  type CallRow,
  countOf,
  expectedCallCost,
  expectedCallsNs,
  type PlannedCalls,
  planCalls,
  warmupCallsOf,
  warmupShareOf,
} from "../plan/calls.ts";
import type { Placement } from "../plan/plan.ts";
import type { DispatchJob } from "../scenarios/dispatch-job.ts";
import type { DispatchMeasurement } from "../scenarios/dispatch-measurement.ts";
import type { VisitOutcome } from "./agent-process.ts";
import { visitInPlace } from "./placed-visit.ts";
import { Strikes } from "./strikes.ts";
import type { Subject } from "./subject.ts";
import { type VisitMeter, visitEach } from "./visit-each.ts";

/** What is fixed for all calls of a run. */
export type DispatchSetup = {
  /** The last one may be the control: the first contender a second time. */
  readonly subjects: readonly Subject<Dispatcher>[];
  readonly placements: readonly Placement[];
  /** Everything that each round visits. */
  readonly rows: readonly CallRow[];
  /** Calls to each row, over all rounds. */
  readonly count: number;
  readonly rounds: number;
  readonly inFlight: number;
  readonly work: Work;
  /** Null: calls have no timeout. */
  readonly timeoutEachNs: number | null;
  /** Shares of the calls, 0 to 1. */
  readonly cancelRate: number;
  readonly throwRate: number;
  readonly seed: number;
  readonly libraryPath: string;
};

type Told = {
  readonly outcome: VisitOutcome<DispatchMeasurement>;
  /** A first try had failed by a thread's mask and was thrown away. */
  readonly isRepeated: boolean;
};

export type DispatchRecord = Told & { readonly planned: PlannedCalls };

export type DispatchRun = {
  readonly setup: DispatchSetup;
  readonly visits: readonly DispatchRecord[];
  /** Interrupted: visits are missing. */
  readonly partial: boolean;
};

export type DispatchProgress = {
  readonly setup: DispatchSetup;
  readonly visits: readonly DispatchRecord[];
  readonly planned: number;
  readonly leftNs: number;
};

/** What the calls of a row are like. */
function kindOf(setup: DispatchSetup, row: CallRow): CallKind {
  const { name } = setup.placements[row.placement] as Placement;
  const { work, cancelRate } = setup;
  return { placement: name, case: row.case, inFlight: inFlightOf(setup, row), work, cancelRate };
}

/** Calls that run out are sent one after another: each takes the worker's time, and its timeout's. */
export function inFlightOf(
  { inFlight }: DispatchSetup,
  { case: name }: Pick<CallRow, "case">,
): number {
  return name === "expiry" ? 1 : inFlight;
}

/** How much of a whole warm-up the visits of a row have, 0 to 1. */
export function warmupShare(setup: DispatchSetup, row: CallRow): number {
  const calls = Math.max(1, Math.floor(countOf(row, setup.count) / setup.rounds));
  return warmupShareOf(calls, kindOf(setup, row));
}

/** What each row's visits are taken to cost before anything is known. */
function expectedCosts(setup: DispatchSetup): CallCost[] {
  return setup.rows.map((row) => {
    const { approach } = setup.subjects[row.subject] as Subject<Dispatcher>;
    return expectedCallCost(approach.kind, kindOf(setup, row));
  });
}

/** How long visits take, by what those of each row cost, nanoseconds. */
function durationNsOf(
  setup: DispatchSetup,
  visits: readonly PlannedCalls[],
  costs: readonly CallCost[],
): number {
  return visits.reduce((sum, visit) => {
    const warmupCalls = warmupCallsOf(visit.calls, kindOf(setup, visit));
    return sum + expectedCallsNs(costs[visit.row] as CallCost, visit.calls, warmupCalls);
  }, 0);
}

/** Calls of each row in a round, and time of the whole, as far as can be told beforehand. */
export function forecastDispatch(setup: DispatchSetup): { calls: number; durationNs: number } {
  const visits = planCalls(setup.rows, setup.rounds, setup.count, setup.seed).flat();
  const durationNs = durationNsOf(setup, visits, expectedCosts(setup));
  return { calls: Math.ceil(setup.count / setup.rounds), durationNs };
}

/**
 * Visits every row once a round, an agent for each visit. What was measured until `signal` aborts is
 * returned.
 */
export async function runDispatch(
  setup: DispatchSetup,
  onProgress: (progress: DispatchProgress) => void,
  signal: AbortSignal,
): Promise<DispatchRun> {
  const visits: DispatchRecord[] = [];
  const plan = planCalls(setup.rows, setup.rounds, setup.count, setup.seed).flat();
  await visitEach(
    plan,
    new CallMeter(setup),
    (visit, timeoutMs) => {
      const { runtime } = setup.subjects[visit.subject] as Subject<Dispatcher>;
      return visitInPlace(runtime, jobOf(setup, visit), timeoutMs, signal);
    },
    (planned, told, leftNs) => {
      visits.push({ planned, ...told });
      onProgress({ setup, visits, planned: plan.length, leftNs });
    },
    signal,
  );
  return { setup, visits, partial: signal.aborted };
}

/** A timeout that no call needs, and one that every call overruns; the work that takes as long. */
const idleTimeoutNs = 60e9;
const expiry = { timeoutNs: 1e6, spinNs: 2e6 } as const;

/** What the case of a row asks of its calls. */
export function demandsOf(
  setup: DispatchSetup,
  { case: name }: Pick<CallRow, "case">,
): Pick<DispatchJob, "work" | "timeoutEachNs" | "signals" | "cancelRate" | "throwRate"> {
  const { work, timeoutEachNs, cancelRate, throwRate } = setup;
  const plain = { work, timeoutEachNs, cancelRate, throwRate, signals: cancelRate > 0 };
  switch (name) {
    case "plain":
      return plain;
    case "signal":
      return { ...plain, signals: true };
    case "timeout":
      return { ...plain, timeoutEachNs: idleTimeoutNs };
    case "exception":
      return { ...plain, throwRate: 1 };
    case "cancellation":
      return { ...plain, signals: true, cancelRate: 1 };
    case "expiry":
      return {
        ...plain,
        work: { kind: "spin", spinNs: expiry.spinNs },
        timeoutEachNs: expiry.timeoutNs,
      };
  }
}

function jobOf(setup: DispatchSetup, visit: PlannedCalls): DispatchJob {
  const subject = setup.subjects[visit.subject] as Subject<Dispatcher>;
  const placement = setup.placements[visit.placement] as Placement;
  return {
    scenario: "dispatch",
    approach: subject.approachPath,
    parameters: subject.contender.parameters,
    libraryPath: setup.libraryPath,
    parentPid: process.pid,
    placement: placement.name,
    cores: placement.cores,
    calls: visit.calls,
    warmupCalls: warmupCallsOf(visit.calls, kindOf(setup, visit)),
    inFlight: inFlightOf(setup, visit),
    seed: visit.seed,
    ...demandsOf(setup, visit),
  };
}

/** Learns what visits really cost, and which rows are not to be visited again. */
class CallMeter implements VisitMeter<PlannedCalls, Told> {
  readonly #setup: DispatchSetup;
  readonly #costs: CallCost[];
  readonly #strikes = new Strikes();

  constructor(setup: DispatchSetup) {
    this.#setup = setup;
    this.#costs = expectedCosts(setup);
  }

  /** Of all these visits that will be made. */
  durationNs(visits: readonly PlannedCalls[]): number {
    const coming = visits.filter((visit) => !this.isOut(visit));
    return durationNsOf(this.#setup, coming, this.#costs);
  }

  isOut(visit: PlannedCalls): boolean {
    return this.#strikes.isOut(visit.row);
  }

  note(visit: PlannedCalls, { outcome }: Told, elapsedNs: number): void {
    this.#strikes.note(visit.row, outcome.status);
    const [measurement] = outcome.measurements;
    if (measurement === undefined || measurement.audit.settled === 0) return;
    const perCallNs = measurement.cost.wallNs / measurement.audit.settled;
    const warmupCalls = warmupCallsOf(visit.calls, kindOf(this.#setup, visit));
    const fixedNs = Math.max(0, elapsedNs - perCallNs * (visit.calls + warmupCalls));
    this.#costs[visit.row] = { fixedNs, perCallNs };
  }
}
