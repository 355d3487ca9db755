import type { Producers } from "../scenarios/burst-job.ts";
import { planRounds } from "./plan.ts";

/** One flood to be made, by an agent of its own. */
export type PlannedFlood = {
  readonly round: number;
  /** Index of the subject. */
  readonly subject: number;
  readonly threads: number;
  /** Seeds the producers' sleeps, 32 bits. */
  readonly seed: number;
};

/** Rounds, each with a flood of every subject from every number of threads, in a seeded order. */
export function planFloods(
  subjectCount: number,
  threadCounts: readonly number[],
  roundCount: number,
  seed: number,
): PlannedFlood[][] {
  const rounds = planRounds(subjectCount, threadCounts.length, roundCount, seed);
  return rounds.map((round) =>
    round.map(({ placement, ...cell }) => ({
      ...cell,
      threads: threadCounts[placement] as number,
    })),
  );
}

/**
 * What a flood costs in time: nanoseconds to start and end its agent, and so many times the basic
 * length for the warm-up, itself, and the settling of what it left behind.
 */
export type FloodCost = { readonly fixedNs: number; readonly factor: number };

/** Before anything is measured: what an agent with so many threads is taken to cost. */
export function expectedFloodCost(threads: number, cores: number, producers: Producers): FloodCost {
  const settled = producers === "spin" ? 2 : 1.5;
  return { fixedNs: 50e6 + threads * 100e3, factor: settled * lengthening(threads, cores) };
}

/**
 * Bounds of the basic length, that of floods from few threads. Shorter floods than the least say
 * nothing. Where there is time for the preferred length in fewer rounds only, there are fewer rounds.
 */
export const floodBoundsNs = { least: 10e6, preferred: 25e6, most: 1e9 } as const;

/**
 * With more threads than cores the loop waits for its turn: a slice of the scheduler, about 3 ms, of
 * each thread on its core. A flood in which it gets no turn or one says nothing, so that of many
 * threads is longer.
 */
function lengthening(threads: number, cores: number): number {
  return Math.min(8, Math.max(1, threads / (8 * cores)));
}

/** The length of a flood from so many threads, by the basic one. */
export function floodLengthNs(basicNs: number, threads: number, cores: number): number {
  return Math.min(floodBoundsNs.most, Math.round(basicNs * lengthening(threads, cores)));
}

/** Two rounds tell nothing: Student's t is 12.7 for two, 4.3 for three, 2.8 for five. */
export const usualRounds = { least: 3, most: 5 } as const;

/** The warm-up flood that is dropped first: a quarter of the measured one. */
export function warmupFloodNs(floodNs: number): number {
  return Math.round(floodNs / 4);
}

/** The rounds that come next: how many, and the basic length of their floods. */
export type FloodFit = { readonly rounds: number; readonly basicNs: number };

/** How many rounds are done, how many there shall be at most, and how many at least. */
export type FloodRounds = { readonly done: number; readonly most: number; readonly least: number };

/**
 * The most rounds that fit into the time that is left with floods of the preferred length or longer;
 * where there is time for no more than the least number of rounds, these with shorter floods. None
 * when two are done and a third would not fit at all.
 *
 * @param costs one for each flood of a round
 */
export function fitFloods(
  leftNs: number,
  { done, most, least }: FloodRounds,
  costs: readonly FloodCost[],
): FloodFit {
  const fixedNs = costs.reduce((sum, cost) => sum + cost.fixedNs, 0);
  const factor = costs.reduce((sum, cost) => sum + cost.factor, 0);
  const fitting = (rounds: number) =>
    factor === 0 ? floodBoundsNs.most : Math.floor((leftNs / rounds - fixedNs) / factor);
  const needed = Math.min(most - done, Math.max(1, least - done));
  let rounds = most - done;
  while (rounds > needed && fitting(rounds) < floodBoundsNs.preferred) rounds--;
  const wantedNs = fitting(rounds);
  if (done >= 2 && rounds === 1 && wantedNs < floodBoundsNs.least) rounds = 0;
  const basicNs = Math.min(floodBoundsNs.most, Math.max(floodBoundsNs.least, wantedNs));
  return { rounds, basicNs };
}

/** How long the rounds will take, nanoseconds. */
export function expectedFloodsNs(
  { rounds, basicNs }: FloodFit,
  costs: readonly FloodCost[],
): number {
  const roundNs = costs.reduce((sum, cost) => sum + cost.fixedNs + cost.factor * basicNs, 0);
  return rounds * roundNs;
}
