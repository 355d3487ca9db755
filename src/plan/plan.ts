import type { CorePair } from "../native/placing.ts";
import type { PlacementName } from "../scenarios/wake-job.ts";
import { splitMix64 } from "../stats/random.ts";

/** A contender in a runtime: what is visited. */
export type Subject = {
  /** The row's name. */
  readonly label: string;
  /** The second copy of the first contender, which shows the noise of the day. */
  readonly isControl: boolean;
};

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
  options: { readonly isFloor: boolean; readonly perWakeThread: boolean; readonly busy: boolean },
): VisitCost {
  const crossingNs = placement === "same-core" ? 10e3 : 60e3;
  const creationNs = options.perWakeThread ? 60e3 : 0;
  const busyNs = options.busy ? 100e3 : 0;
  const oneNs = gapNs + crossingNs + creationNs + busyNs;
  // The floor measures three kinds in one visit.
  return { fixedNs: 28e6, perWakeNs: options.isFloor ? 3 * oneNs : oneNs };
}

export const wakeBounds = { least: 30, most: 1_000_000 } as const;

/**
 * How many wakes each visit of the next round may have, so that all rounds that are left fit into the
 * time that is left. All visits of a round get the same number: a round is a block.
 *
 * @param costs one for each visit of a round
 * @param warmupWakes wakes of each visit that are dropped
 */
export function wakesThatFit(
  leftNs: number,
  roundsLeft: number,
  costs: readonly VisitCost[],
  warmupWakes: number,
): number {
  const fixedNs = costs.reduce((sum, cost) => sum + cost.fixedNs, 0);
  const perWakeNs = costs.reduce((sum, cost) => sum + cost.perWakeNs, 0);
  const fitting = Math.floor((leftNs / roundsLeft - fixedNs) / perWakeNs) - warmupWakes;
  return Math.min(wakeBounds.most, Math.max(wakeBounds.least, fitting));
}

/** How long the rounds will take, nanoseconds. */
export function expectedDurationNs(
  roundCount: number,
  costs: readonly VisitCost[],
  wakesPerVisit: number,
): number {
  const roundNs = costs.reduce(
    (sum, cost) => sum + cost.fixedNs + cost.perWakeNs * wakesPerVisit,
    0,
  );
  return roundCount * roundNs;
}
