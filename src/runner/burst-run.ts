import {
  expectedFloodCost,
  expectedFloodsNs,
  type FloodCost,
  type FloodFit,
  fitFloods,
  floodBoundsNs,
  floodLengthNs,
  type PlannedFlood,
  planFloods,
  usualRounds,
  warmupFloodNs,
} from "../plan/flood.ts";
import type { BurstJob, Producers } from "../scenarios/burst-job.ts";
import type { BurstMeasurement } from "../scenarios/burst-measurement.ts";
import { type VisitOutcome, visit } from "./agent-process.ts";
import { Strikes } from "./strikes.ts";
import type { Subject } from "./subject.ts";

/** What is fixed for all floods of a run. */
export type BurstSetup = {
  /** The controls, threads without a waker, are among them: one for each runtime. */
  readonly subjects: readonly Subject[];
  /** How many threads flood at once: each number is measured for itself. */
  readonly threads: readonly number[];
  readonly producers: Producers;
  readonly gapNs: number;
  readonly payloadBytes: number;
  /** That this process may use. */
  readonly cores: number;
  /** Null: five, or as few as three where the time is short. */
  readonly rounds: number | null;
  /** Length of each flood; null: as long as the time allows, and longer from many threads. */
  readonly floodNs: number | null;
  readonly timeNs: number;
  readonly seed: number;
  readonly libraryPath: string;
};

export type FloodRecord = {
  readonly planned: PlannedFlood;
  readonly floodNs: number;
  readonly outcome: VisitOutcome<BurstMeasurement>;
};

export type BurstRun = {
  readonly setup: BurstSetup;
  readonly floods: readonly FloodRecord[];
  /** Interrupted: floods are missing. */
  readonly partial: boolean;
};

export type BurstProgress = {
  readonly setup: BurstSetup;
  readonly floods: readonly FloodRecord[];
  readonly planned: number;
  readonly leftNs: number;
};

/** Beyond what a flood is expected to take: a backlog may take seconds to be heard. */
const hangTimeoutMs = 20_000;

/** What each flood of a round is taken to cost before anything is known. */
function expectedCosts(setup: BurstSetup): FloodCost[] {
  const { threads, subjects, producers } = setup;
  return threads.flatMap((count) =>
    subjects.map(() => expectedFloodCost(count, lengtheningCores(setup), producers)),
  );
}

/** A length that was asked for is that of all floods, from however many threads. */
function lengtheningCores({ floodNs, cores }: BurstSetup): number {
  return floodNs === null ? cores : Number.POSITIVE_INFINITY;
}

/** Rounds and length of the floods, and time of the whole, as far as can be told beforehand. */
export function forecastBurst(setup: BurstSetup): FloodFit & { readonly durationNs: number } {
  const costs = expectedCosts(setup);
  const fit = fitOf(setup, setup.timeNs, 0, costs);
  return { ...fit, durationNs: expectedFloodsNs(fit, costs) };
}

/** What was asked for stands; the rest is fitted to the time that is left. */
function fitOf(
  setup: BurstSetup,
  leftNs: number,
  done: number,
  costs: readonly FloodCost[],
): FloodFit {
  const given = setup.rounds;
  const bounds = given === null ? usualRounds : { least: given, most: given };
  const fitting = fitFloods(leftNs, { done, ...bounds }, costs);
  return {
    rounds: given === null && setup.floodNs === null ? fitting.rounds : bounds.most - done,
    basicNs: setup.floodNs ?? fitting.basicNs,
  };
}

/**
 * Lets every subject be flooded once a round from each number of threads. Before each round the length
 * of its floods, and how many rounds are left, are fitted to the time. What was measured until
 * `signal` aborts is returned.
 */
export async function runBurst(
  setup: BurstSetup,
  onProgress: (progress: BurstProgress) => void,
  signal: AbortSignal,
): Promise<BurstRun> {
  const startNs = Bun.nanoseconds();
  const floods: FloodRecord[] = [];
  const meter = new FloodMeter(setup);
  const isFitted = setup.rounds === null && setup.floodNs === null;
  const mostRounds = setup.rounds ?? usualRounds.most;
  const rounds = planFloods(setup.subjects.length, setup.threads, mostRounds, setup.seed);
  for (const [index, round] of rounds.entries()) {
    const fit = fitOf(setup, setup.timeNs - (Bun.nanoseconds() - startNs), index, meter.costs());
    if (fit.rounds === 0) break;
    const basicNs = index === 0 ? firstBasicNs(setup, fit) : fit.basicNs;
    for (const cell of round) {
      if (signal.aborted || meter.isOut(cell)) continue;
      const beganNs = Bun.nanoseconds();
      if (isFitted && index >= 2 && beganNs - startNs > setup.timeNs) continue;
      const floodNs = lengthOf(setup, basicNs, cell);
      const timeoutMs = hangTimeoutMs + (3 * meter.expectedNs(cell, basicNs)) / 1e6;
      const subject = setup.subjects[cell.subject] as Subject;
      const outcome = await visit(subject.runtime, jobOf(setup, cell, floodNs), timeoutMs, signal);
      if (outcome.status === "interrupted") continue;
      const nowNs = Bun.nanoseconds();
      meter.note(cell, basicNs, outcome, nowNs - beganNs);
      floods.push({ planned: cell, floodNs, outcome });
      const planned = (index + fit.rounds) * round.length;
      const share = Math.min(1, floods.length / planned);
      const leftNs = ((nowNs - startNs) / share) * (1 - share);
      onProgress({ setup, floods, planned, leftNs });
    }
  }
  return { setup, floods, partial: signal.aborted };
}

/** The first round is short: what a flood costs here is not known before it is over. */
function firstBasicNs(setup: BurstSetup, { basicNs }: FloodFit): number {
  if (setup.floodNs !== null) return basicNs;
  return Math.max(floodBoundsNs.least, Math.floor(basicNs / 2));
}

function lengthOf(setup: BurstSetup, basicNs: number, { threads }: PlannedFlood): number {
  return setup.floodNs ?? floodLengthNs(basicNs, threads, setup.cores);
}

function jobOf(setup: BurstSetup, cell: PlannedFlood, floodNs: number): BurstJob {
  const subject = setup.subjects[cell.subject] as Subject;
  const { producers, gapNs, payloadBytes, libraryPath } = setup;
  return {
    scenario: "burst",
    approach: subject.approachPath,
    parameters: subject.contender.parameters,
    libraryPath,
    parentPid: process.pid,
    isControl: subject.isControl,
    threads: cell.threads,
    producers,
    gapNs,
    payloadBytes,
    warmupFloodNs: warmupFloodNs(floodNs),
    floodNs,
    seed: cell.seed,
  };
}

/** Learns what floods really cost, and which are not to be made again. */
class FloodMeter {
  readonly #setup: BurstSetup;
  readonly #costs: FloodCost[];
  readonly #strikes = new Strikes();

  constructor(setup: BurstSetup) {
    this.#setup = setup;
    this.#costs = expectedCosts(setup);
  }

  #index({ threads, subject }: PlannedFlood): number {
    return this.#setup.threads.indexOf(threads) * this.#setup.subjects.length + subject;
  }

  /** Of all floods that the next round will make. */
  costs(): FloodCost[] {
    return this.#costs.filter((_, index) => !this.#strikes.isOut(index));
  }

  expectedNs(cell: PlannedFlood, basicNs: number): number {
    const cost = this.#costs[this.#index(cell)];
    return cost === undefined ? 0 : cost.fixedNs + cost.factor * basicNs;
  }

  isOut(cell: PlannedFlood): boolean {
    return this.#strikes.isOut(this.#index(cell));
  }

  note(
    cell: PlannedFlood,
    basicNs: number,
    outcome: VisitOutcome<BurstMeasurement>,
    elapsedNs: number,
  ): void {
    const index = this.#index(cell);
    this.#strikes.note(index, outcome.status);
    const [measurement] = outcome.measurements;
    if (measurement === undefined) return;
    const warmupNs = warmupFloodNs(lengthOf(this.#setup, basicNs, cell));
    const windowNs = warmupNs + measurement.floodNs + measurement.settleNs;
    const fixedNs = Math.max(0, elapsedNs - windowNs);
    this.#costs[index] = { fixedNs, factor: windowNs / basicNs };
  }
}
