import type { CorePair } from "../native/placing.ts";
import type { PlacementName } from "../scenarios/wake-job.ts";
import { splitMix64 } from "../stats/random.ts";

export type Placement = { readonly name: PlacementName; readonly cores: CorePair };

/** One agent to be started. */
export type PlannedVisit = {
  readonly round: number;
  /** Index of the subject. */
  readonly subject: number;
  /** Index of the placement. */
  readonly placement: number;
  /** Seeds the gaps, 32 bits. */
  readonly seed: number;
};

/**
 * The blocked design: each round visits every subject once in each placement, in an order that the
 * seed draws anew for each round.
 */
export function planRounds(
  subjectCount: number,
  placementCount: number,
  roundCount: number,
  seed: number,
): PlannedVisit[][] {
  const random = splitMix64(seed);
  return Array.from({ length: roundCount }, (_, round) => {
    const cells = Array.from({ length: subjectCount * placementCount }, (_, cell) => cell);
    return random.shuffle(cells).map((cell) => ({
      round,
      subject: cell % subjectCount,
      placement: Math.floor(cell / subjectCount),
      seed: random.nextBelow(2 ** 32),
    }));
  });
}

/** What a visit costs in time: nanoseconds to start and end its agent, and for each wake. */
export type VisitCost = { readonly fixedNs: number; readonly perWakeNs: number };

/** Before anything is measured: what an agent and a wake are taken to cost. */
export function expectedVisitCost(
  placement: PlacementName,
  gapNs: number,
  options: {
    readonly isFloor: boolean;
    readonly perWakeThread: boolean;
    readonly busy: boolean;
    /** Of a waker that polls: nanoseconds from one look to the next. */
    readonly pollPeriodNs?: number | undefined;
    /** Of an open loop, whose schedule takes its time whatever a wake costs; null: a closed one. */
    readonly ratePerSecond: number | null;
  },
): VisitCost {
  const crossingNs = placement === "same-core" ? 10e3 : 60e3;
  const creationNs = options.perWakeThread ? 60e3 : 0;
  // On one core a busy loop and the waker thread take turns of the scheduler's slices.
  const busySharedNs = placement === "same-core" ? 1_600e3 : 100e3;
  const busyNs = options.busy || options.pollPeriodNs === 0 ? busySharedNs : 0;
  const lookNs = (options.pollPeriodNs ?? 0) / 2;
  const closedNs = gapNs + crossingNs + creationNs + busyNs + lookNs;
  const oneNs = options.ratePerSecond === null ? closedNs : 1e9 / options.ratePerSecond;
  // The floor measures three kinds in one visit.
  return { fixedNs: 28e6, perWakeNs: options.isFloor ? 3 * oneNs : oneNs };
}

/** How many wakes a visit measures, and how many it drops before. */
export type VisitSize = { readonly wakes: number; readonly warmupWakes: number };

export const wakeBounds = { least: 10, most: 1_000_000 } as const;

/**
 * The largest visits of the next round with which all rounds that are left fit into the time that is
 * left. All visits of a round get the same size, or a fixed share of it: a round is a block. Where there is time for few wakes
 * only, the warm-up gets no more of it than the measured part.
 *
 * @param costs one for each visit of a round
 * @param warmupWakes wanted in each visit
 */
export function sizeThatFits(
  leftNs: number,
  roundsLeft: number,
  costs: readonly VisitCost[],
  warmupWakes: number,
): VisitSize {
  const fixedNs = costs.reduce((sum, cost) => sum + cost.fixedNs, 0);
  const perWakeNs = costs.reduce((sum, cost) => sum + cost.perWakeNs, 0);
  const fitting = Math.floor((leftNs / roundsLeft - fixedNs) / perWakeNs);
  const measured = fitting >= 2 * warmupWakes ? fitting - warmupWakes : Math.floor(fitting / 2);
  const wakes = Math.min(wakeBounds.most, Math.max(wakeBounds.least, measured));
  return { wakes, warmupWakes: Math.min(warmupWakes, wakes) };
}

const shortTimeNs = 10e9;

/**
 * Rounds that nobody asked for: how many are planned, and how many are made even when the time is over.
 * Starting agents takes most of a short time, so that there are fewer of them.
 */
export function usualRounds(timeNs: number): { readonly planned: number; readonly least: number } {
  return { planned: timeNs < shortTimeNs ? 8 : 12, least: 5 };
}

/** Whether a further round would take longer than the time that is left, be it as small as can be. */
export function isTimeOver(leftNs: number, costs: readonly VisitCost[]): boolean {
  const smallest = { wakes: wakeBounds.least, warmupWakes: wakeBounds.least };
  return expectedDurationNs(1, costs, smallest) > leftNs;
}

/** How long the rounds will take, nanoseconds. */
export function expectedDurationNs(
  roundCount: number,
  costs: readonly VisitCost[],
  { wakes, warmupWakes }: VisitSize,
): number {
  const roundNs = costs.reduce(
    (sum, cost) => sum + cost.fixedNs + cost.perWakeNs * (wakes + warmupWakes),
    0,
  );
  return roundCount * roundNs;
}
