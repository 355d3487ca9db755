import { type PairedRatio, pairedRatio } from "../stats/paired-interval.ts";
import { type Verdict, verdictOf } from "../stats/verdict.ts";
import type { Series } from "./schema.ts";

/** p50 of one series over that of another, paired by round; null when they share too few rounds. */
export function compareSeries(
  subject: Series,
  reference: Series,
): (PairedRatio & { readonly verdict: Verdict }) | null {
  const others = new Map(reference.rounds.map(({ round, summary }) => [round, summary.p50Ns]));
  const shared = subject.rounds.filter(({ round }) => others.has(round));
  const paired = pairedRatio(
    shared.map(({ summary }) => summary.p50Ns),
    shared.map(({ round }) => others.get(round) ?? null),
  );
  return paired === null ? null : { ...paired, verdict: verdictOf(paired) };
}
