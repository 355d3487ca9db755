import { withDefaults } from "../approaches/parameters.ts";
import {
  expectedDurationNs,
  expectedVisitCost,
  isTimeOver,
  type Placement,
  type PlannedVisit,
  planRounds,
  sizeThatFits,
  type VisitCost,
  type VisitSize,
  wakeBounds,
} from "../plan/plan.ts";
import type { WakeMeasurement } from "../scenarios/measurement.ts";
import type { BeforeNotify, LoopState, SpawnMode, WakeJob } from "../scenarios/wake-job.ts";
import type { VisitOutcome } from "./agent-process.ts";
import { visitInPlace } from "./placed-visit.ts";
import { Strikes } from "./strikes.ts";
import type { Subject } from "./subject.ts";

/** What is fixed for a whole comparison. */
export type WakeSetup = {
  readonly subjects: readonly Subject[];
  readonly placements: readonly Placement[];
  readonly loop: LoopState;
  readonly spawn: SpawnMode;
  readonly before: BeforeNotify;
  readonly gapNs: number;
  /** Wakes a second of an open loop, or null. */
  readonly ratePerSecond: number | null;
  readonly stages: boolean;
  readonly rounds: number;
  /** So many of them are made even when the time is over. */
  readonly leastRounds: number;
  /** Null: as many as the time allows. */
  readonly wakes: number | null;
  readonly warmupWakes: number;
  readonly timeNs: number;
  readonly seed: number;
  readonly libraryPath: string;
};

export type VisitRecord = {
  readonly planned: PlannedVisit;
  readonly wakes: number;
  readonly warmupWakes: number;
  readonly outcome: VisitOutcome<WakeMeasurement>;
  /** A first try had failed by a thread's mask and was thrown away. */
  readonly isRepeated: boolean;
};

export type WakeRun = {
  readonly setup: WakeSetup;
  readonly visits: readonly VisitRecord[];
  /** Interrupted: visits are missing. */
  readonly partial: boolean;
};

export type Progress = {
  readonly setup: WakeSetup;
  readonly visits: readonly VisitRecord[];
  readonly planned: number;
  readonly leftNs: number;
};

const hangTimeoutMs = 5_000;

/** Nanoseconds from one look to the next of a waker that polls; undefined for all others. */
export function pollPeriodNsOf({ approach, contender }: Subject): number | undefined {
  return approach.pollPeriodNs?.(withDefaults(approach, contender.parameters));
}

/**
 * Mean of the gaps of a row, nanoseconds. Gaps are drawn evenly from half to one and a half of it: with
 * a period for a mean, a notify comes at any phase of a poller's looks with the same probability.
 */
export function gapNsOf(setup: WakeSetup, subject: Subject): number {
  return Math.max(setup.gapNs, pollPeriodNsOf(subject) ?? 0);
}

/** A waker that polls less often than this gets fewer wakes than the others. */
const fullSharePeriodNs = 0.5e6;

/**
 * How many wakes a subject gets for each one that the others get. A wake of a slow poller takes as long
 * as a hundred others, and its latencies, which lie evenly over a period, need few to be known: without
 * a smaller share it would take nearly all of the time.
 */
function shareOf(setup: WakeSetup, subject: Subject): number {
  if (setup.wakes !== null || setup.ratePerSecond !== null) return 1;
  return Math.min(1, fullSharePeriodNs / (pollPeriodNsOf(subject) ?? 0));
}

/** The size of one visit, in a round whose visits are of this size. */
function shareIn(size: VisitSize, setup: WakeSetup, subject: Subject): VisitSize {
  const share = shareOf(setup, subject);
  if (share === 1) return size;
  const wakes = Math.max(wakeBounds.least, Math.round(share * size.wakes));
  return { wakes, warmupWakes: Math.min(size.warmupWakes, wakes) };
}

/**
 * What each visit of a round is taken to cost before anything is known; `perWakeNs` for each wake of
 * the round's size, of which the visit has its share.
 */
export function expectedCosts(setup: WakeSetup): VisitCost[] {
  return setup.placements.flatMap((placement) =>
    setup.subjects.map((subject) => {
      const { fixedNs, perWakeNs } = expectedVisitCost(placement.name, gapNsOf(setup, subject), {
        ratePerSecond: setup.ratePerSecond,
        isFloor: subject.approach.id === "floor",
        perWakeThread: setup.spawn === "per-wake",
        busy: setup.loop === "busy",
        pollPeriodNs: pollPeriodNsOf(subject),
      });
      return { fixedNs, perWakeNs: perWakeNs * shareOf(setup, subject) };
    }),
  );
}

/** Wakes of each visit and time of the whole, as far as can be told beforehand. */
export function forecast(setup: WakeSetup): { wakes: number; durationNs: number } {
  const costs = expectedCosts(setup);
  const { timeNs, rounds, warmupWakes } = setup;
  const size =
    setup.wakes === null
      ? sizeThatFits(timeNs, rounds, costs, warmupWakes)
      : { wakes: setup.wakes, warmupWakes };
  return { wakes: size.wakes, durationNs: expectedDurationNs(rounds, costs, size) };
}

/**
 * Visits every subject once a round in each placement. Before each round the number of wakes is
 * fitted to the time that is left; rounds that nobody asked for are left out when it is over. What was
 * measured until `signal` aborts is returned.
 */
export async function runWake(
  setup: WakeSetup,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<WakeRun> {
  const startNs = Bun.nanoseconds();
  const visits: VisitRecord[] = [];
  const meter = new CostMeter(setup);
  const rounds = planRounds(
    setup.subjects.length,
    setup.placements.length,
    setup.rounds,
    setup.seed,
  );
  const planned = rounds.length * (rounds[0]?.length ?? 0);
  for (const [index, round] of rounds.entries()) {
    const leftNs = setup.timeNs - (Bun.nanoseconds() - startNs);
    if (index >= setup.leastRounds && isTimeOver(leftNs, meter.costs())) break;
    const leftRounds = rounds.length - index;
    const size = sizeOf(
      setup,
      index,
      sizeThatFits(leftNs, leftRounds, meter.costs(), setup.warmupWakes),
    );
    for (const cell of round) {
      if (signal.aborted || meter.isOut(cell)) continue;
      const beganNs = Bun.nanoseconds();
      const timeoutMs = hangTimeoutMs + (3 * meter.expectedNs(cell, size)) / 1e6;
      const subject = setup.subjects[cell.subject] as Subject;
      const own = shareIn(size, setup, subject);
      const job = jobOf(setup, cell, own);
      const told = await visitInPlace(subject.runtime, job, timeoutMs, signal);
      const { outcome } = told;
      if (outcome.status === "interrupted") continue;
      meter.note(cell, size, own, outcome, Bun.nanoseconds() - beganNs);
      visits.push({ planned: cell, ...own, ...told });
      const doneNs = Bun.nanoseconds() - startNs;
      const share = visits.length / planned;
      onProgress({ setup, visits, planned, leftNs: (doneNs / share) * (1 - share) });
    }
  }
  return { setup, visits, partial: signal.aborted };
}

/**
 * The size that was asked for, or the one that fits. The first round is short: what a wake costs here
 * is not known before it is over.
 */
function sizeOf(setup: WakeSetup, round: number, fitting: VisitSize): VisitSize {
  if (setup.wakes !== null) return { wakes: setup.wakes, warmupWakes: setup.warmupWakes };
  if (round > 0) return fitting;
  return { ...fitting, wakes: Math.max(wakeBounds.least, Math.floor(fitting.wakes / 3)) };
}

function jobOf(setup: WakeSetup, cell: PlannedVisit, size: VisitSize): WakeJob {
  const subject = setup.subjects[cell.subject] as Subject;
  const placement = setup.placements[cell.placement] as Placement;
  return {
    scenario: "wake",
    approach: subject.approachPath,
    parameters: subject.contender.parameters,
    libraryPath: setup.libraryPath,
    parentPid: process.pid,
    placement: placement.name,
    cores: placement.cores,
    loop: setup.loop,
    spawn: setup.spawn,
    before: setup.before,
    gapNs: gapNsOf(setup, subject),
    ratePerSecond: setup.ratePerSecond,
    ...size,
    seed: cell.seed,
    stages: setup.stages,
  };
}

/** Learns what visits really cost, and which subjects are not to be visited again. */
class CostMeter {
  readonly #setup: WakeSetup;
  readonly #costs: VisitCost[];
  readonly #strikes = new Strikes();

  constructor(setup: WakeSetup) {
    this.#setup = setup;
    this.#costs = expectedCosts(setup);
  }

  #index(cell: PlannedVisit): number {
    return cell.placement * this.#setup.subjects.length + cell.subject;
  }

  /** Of all visits that the next round will make. */
  costs(): VisitCost[] {
    return this.#costs.filter((_, index) => !this.#strikes.isOut(index));
  }

  expectedNs(cell: PlannedVisit, { wakes, warmupWakes }: VisitSize): number {
    const cost = this.#costs[this.#index(cell)];
    if (cost === undefined) return 0;
    return cost.fixedNs + cost.perWakeNs * (wakes + warmupWakes);
  }

  isOut(cell: PlannedVisit): boolean {
    return this.#strikes.isOut(this.#index(cell));
  }

  /** @param own the size of the visit, in a round of the size `size` */
  note(
    cell: PlannedVisit,
    size: VisitSize,
    own: VisitSize,
    outcome: VisitOutcome<WakeMeasurement>,
    elapsedNs: number,
  ): void {
    const index = this.#index(cell);
    this.#strikes.note(index, outcome.status);
    if (outcome.status !== "ok") return;
    const counters = outcome.measurements.map((measurement) => measurement.counters);
    const wakes = counters[0]?.sent ?? 0;
    if (wakes === 0) return;
    const perWakeNs = counters.reduce((sum, { wallNs }) => sum + wallNs, 0) / wakes;
    const measuredNs = perWakeNs * (wakes + own.warmupWakes);
    const share = (own.wakes + own.warmupWakes) / (size.wakes + size.warmupWakes);
    this.#costs[index] = {
      fixedNs: Math.max(0, elapsedNs - measuredNs),
      perWakeNs: perWakeNs * share,
    };
  }
}
