import { parseArgs } from "node:util";
import { bootstrapIntervals } from "../src/stats/bootstrap.ts";
import { type Estimate, independentRatio } from "../src/stats/estimate-ratio.ts";
import { splitMix64 } from "../src/stats/random.ts";
import { summarise, summariseRound } from "../src/stats/summary.ts";
import { verdictOf } from "../src/stats/verdict.ts";

/**
 * Does `diff` tell the truth? Pairs of runs that are drawn, not measured, so that it is known whether they differ:
 *
 * - both of the same thing must be "no difference seen";
 * - where one is 20 % up, a limit of 5 % should fire.
 *
 * A wake takes about 4 µs, log-normal; one in 33 is in a tail; rounds differ among themselves by the noise of their
 * row, and their tails by twice that. Two more kinds of noise are not so kind: each round is fast or 20 % slower, as
 * where memory came to lie decides; and a round is much like the one before, as on a machine that warms up.
 *
 *     bun bench/diff-noise.ts [--pairs 300] [--seed 7]
 *
 * With the defaults it takes one to two minutes; its figures are in docs/diff.md.
 */

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "300" },
    seed: { type: "string", default: "7" },
  },
});
const pairs = Number(values.pairs);
const random = splitMix64(Number(values.seed));

const sizes = [
  { rounds: 3, wakes: 2_000 },
  { rounds: 5, wakes: 2_000 },
  { rounds: 12, wakes: 1_200 },
  { rounds: 12, wakes: 300 },
] as const;
const noises: readonly Noise[] = [0, 0.03, 0.1, "two kinds", "like the one before"];
/** What is left of a round's deviation in the next. */
const memory = 0.7;
const increase = 1.2;
const limit = 1.05;

/** By how much rounds differ, normally distributed; or in which other manner. */
type Noise = number | "two kinds" | "like the one before";
type Rounds = readonly (readonly number[])[];
type Percentile = "p50Ns" | "p99Ns";
type Tally = { alarms: number; seen: number; pairs: number };

/** Box and Muller. */
function normal(): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.nextFloat()));
  return radius * Math.cos(2 * Math.PI * random.nextFloat());
}

/** The logarithms of what rounds are above the usual. */
function drawDeviations(rounds: number, noise: Noise): readonly number[] {
  let before = normal();
  return Array.from({ length: rounds }, () => {
    if (noise === "two kinds") return random.nextFloat() < 0.5 ? 0 : Math.log(increase);
    if (noise !== "like the one before") return noise * normal();
    before = memory * before + Math.sqrt(1 - memory ** 2) * normal();
    return 0.05 * before;
  });
}

function drawRun(rounds: number, wakes: number, noise: Noise): Rounds {
  const tailNoise = typeof noise === "number" ? 2 * noise : 0;
  return drawDeviations(rounds, noise).map((deviation) => {
    const centreNs = 4_000 * Math.exp(deviation);
    const tail = Math.exp(tailNoise * normal());
    return Array.from({ length: wakes }, () => {
      const wakeNs = centreNs * Math.exp(0.2 * normal());
      const isInTail = random.nextFloat() < 1 / 33;
      return isInTail ? wakeNs * (2 - tail * Math.log(1 - random.nextFloat())) : wakeNs;
    });
  });
}

/** What a results file would have of it; null where it is withheld. */
function estimateOf(rounds: Rounds, name: Percentile): Estimate | null {
  const value = summarise(rounds)[name];
  if (value === null) return null;
  const byRound = new Map(rounds.map((round, index) => [index, summariseRound(round)[name]]));
  const isWithheld = [...byRound.values()].includes(null);
  return { value, byRound, interval: isWithheld ? bootstrapIntervals(rounds, 1)[name] : null };
}

function addPair(tally: Tally, base: Rounds, next: Rounds, name: Percentile): void {
  const [was, is] = [estimateOf(base, name), estimateOf(next, name)];
  if (was === null || is === null) return;
  const interval = independentRatio(is, was)?.interval ?? null;
  if (interval === null) return;
  const [low, high] = interval;
  tally.pairs++;
  if (verdictOf({ low, high }) !== "no difference seen") tally.alarms++;
  // A run that is more in all its samples is more by just that in its figures, and as noisy.
  if (low * increase > limit) tally.seen++;
}

const percent = (count: number, of: number) =>
  of === 0 ? "-" : `${((100 * count) / of).toFixed(1)} %`;

console.log("rounds × wakes, noise of rounds: false alarms and 20 % seen, of p50; the same of p99");
for (const { rounds, wakes } of sizes) {
  for (const noise of noises) {
    const tallies = { p50Ns: emptyTally(), p99Ns: emptyTally() };
    for (let pair = 0; pair < pairs; pair++) {
      const [base, next] = [drawRun(rounds, wakes, noise), drawRun(rounds, wakes, noise)];
      addPair(tallies.p50Ns, base, next, "p50Ns");
      addPair(tallies.p99Ns, base, next, "p99Ns");
    }
    const told = Object.values(tallies).map(
      (tally) => `${percent(tally.alarms, tally.pairs)}, ${percent(tally.seen, tally.pairs)}`,
    );
    console.log(`${rounds} × ${wakes}, ${wordsOf(noise)}: ${told.join("; ")}`);
  }
}

function wordsOf(noise: Noise): string {
  return typeof noise === "number" ? `${100 * noise} %` : noise;
}

function emptyTally(): Tally {
  return { alarms: 0, seen: 0, pairs: 0 };
}
