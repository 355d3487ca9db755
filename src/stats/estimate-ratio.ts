import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentTQuantile } from "./student-t.ts";

/** What a run says a figure is, and how much its rounds disagree about it. Any unit. */
export type Estimate = {
  /** Over all rounds together. */
  readonly value: number;
  /** The figure of each round that has samples, by its number; null where the round withholds it. */
  readonly byRound: ReadonlyMap<number, number | null>;
  /** A 95 % percentile-bootstrap interval over whole rounds, where there is one. */
  readonly interval: readonly [low: number, high: number] | null;
};

/** How many times the reference's figure the subject's is. */
export type EstimateRatio = {
  readonly ratio: number;
  /** Student's t interval, 95 %; null where one run alone cannot tell its own noise. */
  readonly interval: readonly [low: number, high: number] | null;
};

const confidence = 0.95;
const normalQuantile = 1.959963984540054;

/** The variance of the logarithm of a figure, and how well it is known. */
type Spread = {
  readonly variance: number;
  readonly degrees: number;
  /** What the variance is about where that is the rounds' own mean; null: the figure over all samples. */
  readonly mean: number | null;
};

/**
 * The ratio of two figures that come from two runs which have nothing to do with one another.
 *
 * The centre is the ratio of the figures as the runs give them: over all samples, so that a 99th percentile is
 * one also where no round has enough samples for its own. The width comes from how much the rounds differ
 * among themselves (sectioning), on logarithms because ratios multiply, and the two are put together as
 * Welch does: neither run has to be as noisy as the other, nor as long.
 *
 * The spread of rounds is that of their mean, not of a percentile over all samples. The two are one while rounds are
 * alike. Where rounds fall into two kinds, a median over all samples jumps from the one to the other with a single
 * round more of a kind, which no spread of rounds foresees. So the interval reaches around both, and what it says of
 * a difference holds by either.
 *
 * Where rounds withhold the figure its bootstrap interval tells the spread instead. Over few rounds such an
 * interval is too narrow, by √(1 − 1/n) and by z in the place of t; both are mended here.
 *
 * Sources: S. Asmussen, P. W. Glynn, "Stochastic Simulation", 2007, III.5 (sectioning); B. L. Welch, "The
 * Generalization of 'Student's' Problem", Biometrika 34, 1947; T. C. Hesterberg, "What Teachers Should Know
 * About the Bootstrap", The American Statistician 69(4), 2015, 4.1 (narrowness of the percentile interval).
 *
 * @returns null when one of the figures is not positive: it has no logarithm
 */
export function independentRatio(subject: Estimate, reference: Estimate): EstimateRatio | null {
  const centre = logRatio(subject.value, reference.value);
  if (centre === null) return null;
  const [one, other] = [spreadOf(subject), spreadOf(reference)];
  if (one === null || other === null) return { ratio: Math.exp(centre), interval: null };
  const variance = one.variance + other.variance;
  const halfWidth = variance === 0 ? 0 : tQuantile(welchDegrees(one, other)) * Math.sqrt(variance);
  return around(centre, halfWidth, sectionedCentre(one, other) ?? centre);
}

/** The logarithm of the ratio by the rounds' own figures; null where a run's rounds withhold theirs. */
function sectionedCentre(one: Spread, other: Spread): number | null {
  return one.mean === null || other.mean === null ? null : one.mean - other.mean;
}

/**
 * The ratio of two figures of one and the same run, of which one was reckoned anew or edited: its rounds are
 * the same rounds, so that their noise is none of the ratio's. What is left is how evenly they changed.
 *
 * Intervals of such figures were drawn from the same rounds, too, and their widths are taken from one
 * another instead of being added.
 *
 * @returns null when one of the figures is not positive: it has no logarithm
 */
export function sameRunRatio(subject: Estimate, reference: Estimate): EstimateRatio | null {
  const centre = logRatio(subject.value, reference.value);
  if (centre === null) return null;
  const changes = [...subject.byRound].flatMap(
    ([round, value]) => logRatio(value, reference.byRound.get(round) ?? null) ?? [],
  );
  if (changes.length >= 2) {
    const { variance, degrees } = spreadOfLogs(changes);
    return around(centre, tQuantile(degrees) * Math.sqrt(variance));
  }
  if (subject.interval === null || reference.interval === null) return around(centre, 0);
  const widths = [halfWidthOf(subject.interval), halfWidthOf(reference.interval)] as const;
  return around(centre, Math.abs(widths[0] - widths[1]));
}

/** @param also another centre that the interval has to reach around */
function around(centre: number, halfWidth: number, also = centre): EstimateRatio {
  return {
    ratio: Math.exp(centre),
    interval: [
      Math.exp(Math.min(centre, also) - halfWidth),
      Math.exp(Math.max(centre, also) + halfWidth),
    ],
  };
}

/** Rounds where each has the figure, else the bootstrap, else the rounds that do; null: nothing tells. */
function spreadOf({ byRound, interval }: Estimate): Spread | null {
  const logs = [...byRound.values()].flatMap((value) => logOf(value) ?? []);
  const rounds = byRound.size;
  if (logs.length >= 2 && logs.length === rounds) return spreadOfLogs(logs);
  if (interval !== null && rounds >= 2 && interval[0] > 0) {
    const deviation = halfWidthOf(interval) / normalQuantile;
    return { variance: (deviation ** 2 * rounds) / (rounds - 1), degrees: rounds - 1, mean: null };
  }
  return logs.length >= 2 ? spreadOfLogs(logs) : null;
}

/** The variance of the mean of the logarithms. */
function spreadOfLogs(logs: readonly number[]): Spread {
  const first = logs[0];
  // Equal numbers have no spread at all, but their sum rounds, and would make up a little.
  const isEqual = logs.every((log) => log === first);
  const deviation = isEqual ? 0 : sampleStandardDeviation([...logs]);
  return {
    variance: deviation ** 2 / logs.length,
    degrees: logs.length - 1,
    mean: isEqual ? (first ?? null) : mean(logs as number[]),
  };
}

/** Of an interval on logarithms. */
function halfWidthOf([low, high]: readonly [number, number]): number {
  return Math.log(high / low) / 2;
}

/** The degrees of freedom after Welch and Satterthwaite. */
function welchDegrees(one: Spread, other: Spread): number {
  const total = one.variance + other.variance;
  return total ** 2 / (one.variance ** 2 / one.degrees + other.variance ** 2 / other.degrees);
}

/** Rounded down, since the quantile is that of whole degrees: the interval is then the wider one. */
function tQuantile(degrees: number): number {
  // 4 can come out as 3.9999999999999996.
  return studentTQuantile((1 + confidence) / 2, Math.max(1, Math.floor(degrees * (1 + 1e-12))));
}

function logRatio(subject: number | null, reference: number | null): number | null {
  const [one, other] = [logOf(subject), logOf(reference)];
  // Divided first: equal figures are then exactly alike.
  return one === null || other === null ? null : Math.log((subject ?? 0) / (reference ?? 0));
}

function logOf(value: number | null): number | null {
  return value !== null && value > 0 && Number.isFinite(value) ? Math.log(value) : null;
}
