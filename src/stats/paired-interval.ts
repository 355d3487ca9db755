import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentTQuantile } from "./student-t.ts";

/** How many times as long the subject takes as the reference: above 1 it is the slower one. */
export type PairedRatio = {
  /** The geometric mean of the rounds' ratios. */
  readonly ratio: number;
  /** The lower end of the confidence interval. */
  readonly low: number;
  /** The upper end of the confidence interval. */
  readonly high: number;
  /** How many rounds took part: those in which both were measured. */
  readonly rounds: number;
};

/**
 * The ratio of two contenders that were visited in the same rounds, with Student's t interval on the
 * rounds' log-ratios. What a round does to both of them alike cancels out.
 *
 * Source: R. Jain, "The Art of Computer Systems Performance Analysis", 1991, 13.4.1 (paired
 * observations), taken on logarithms because ratios multiply.
 *
 * @param subject the p50 of each round in nanoseconds; null where there is none
 * @param reference the same rounds of what it is compared to
 * @param confidence in (0, 1)
 * @returns null when fewer than two rounds have both
 * @throws RangeError when the lengths differ, or a p50 is not a positive finite number
 */
export function pairedRatio(
  subject: readonly (number | null)[],
  reference: readonly (number | null)[],
  confidence = 0.95,
): PairedRatio | null {
  const logRatios = logRatiosOf(subject, reference);
  const rounds = logRatios.length;
  if (rounds < 2) return null;
  const first = logRatios[0] as number;
  // Equal ratios have no spread at all, but their sum rounds, and would make up a little.
  const allEqual = logRatios.every((logRatio) => logRatio === first);
  const centre = allEqual ? first : mean(logRatios);
  const standardError = allEqual ? 0 : sampleStandardDeviation(logRatios) / Math.sqrt(rounds);
  const halfWidth = studentTQuantile((1 + confidence) / 2, rounds - 1) * standardError;
  return {
    ratio: Math.exp(centre),
    low: Math.exp(centre - halfWidth),
    high: Math.exp(centre + halfWidth),
    rounds,
  };
}

function logRatiosOf(
  subject: readonly (number | null)[],
  reference: readonly (number | null)[],
): number[] {
  if (subject.length !== reference.length) {
    throw new RangeError(`rounds do not pair: ${subject.length} and ${reference.length}`);
  }
  return subject.flatMap((subjectNs, round) => {
    const referenceNs = reference[round] ?? null;
    if (subjectNs === null || referenceNs === null) return [];
    return [Math.log(assertPositive(subjectNs) / assertPositive(referenceNs))];
  });
}

function assertPositive(p50Ns: number): number {
  if (p50Ns > 0 && Number.isFinite(p50Ns)) return p50Ns;
  throw new RangeError(`a ratio needs positive values, not ${p50Ns}`);
}
