import { type PairedRatio, pairedRatio } from "../stats/paired-interval.ts";
import { type Verdict, verdictOf } from "../stats/verdict.ts";
import type { Series } from "./schema.ts";

export type Compared = PairedRatio & { readonly verdict: Verdict };
type Round = Series["rounds"][number];

/** p50 of one series over that of another, paired by round; null when they share too few rounds. */
export function compareSeries(subject: Series, reference: Series): Compared | null {
  const paired = pairRounds(subject, reference, ({ summary }) => summary.p50Ns);
  return paired === null ? null : { ...paired, verdict: verdictOf(paired) };
}

/**
 * Wakes a second of one flooded series over those of another, paired by round; null when they share
 * too few rounds, or one of them brought no wake at all. More of them is "faster".
 */
export function compareRates(subject: Series, reference: Series): Compared | null {
  const isSilent = ({ rates }: Round) => rates?.wakesPerSecond === 0;
  if (subject.rounds.some(isSilent) || reference.rounds.some(isSilent)) return null;
  const paired = pairRounds(subject, reference, ({ rates }) => rates?.wakesPerSecond ?? null);
  if (paired === null) return null;
  return { ...paired, verdict: verdictOf({ low: 1 / paired.high, high: 1 / paired.low }) };
}

/**
 * Time per call of one series over that of another, paired by round; null when they share too few rounds.
 * More calls a second are less time for each.
 */
export function compareCalls(subject: Series, reference: Series): Compared | null {
  const paired = pairRounds(subject, reference, ({ rates }) => {
    const rate = rates?.callsPerSecond ?? 0;
    return rate > 0 ? 1e9 / rate : null;
  });
  return paired === null ? null : { ...paired, verdict: verdictOf(paired) };
}

/** What decides of one workload's series over that of another, paired by round; null when they share too few. */
export function compareDeciding(subject: Series, reference: Series): Compared | null {
  const paired = pairRounds(subject, reference, ({ decidingNs }) => decidingNs ?? null);
  return paired === null ? null : { ...paired, verdict: verdictOf(paired) };
}

function pairRounds(
  subject: Series,
  reference: Series,
  pick: (round: Round) => number | null,
): PairedRatio | null {
  const others = new Map(reference.rounds.map((round) => [round.round, pick(round)]));
  const shared = subject.rounds.filter(({ round }) => others.has(round));
  return pairedRatio(
    shared.map(pick),
    shared.map(({ round }) => others.get(round) ?? null),
  );
}
