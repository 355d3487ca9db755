import { compareRates } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import { isDoorbell, threadCounts, wakesPerSecond } from "./contention.ts";
import { formatAmount, formatTimes, plural } from "./format.ts";
import { isControl, isFloor } from "./notes.ts";

/** What to use under contention. */
export type ContentionVerdict = {
  /** The waker to use, as it was written, with what must be known of it; null when there is none. */
  readonly use: string | null;
  /** Why, or why none. */
  readonly reason: string;
  /** Id of the waker; null when there is none. */
  readonly waker: string | null;
};

/**
 * Recommends a waker for many threads at once: among those that had no fault and lost, doubled and
 * reordered nothing from any number of threads the one with the most wakes a second, as the geometric
 * mean over all numbers of threads but one. A doorbell is taken only where no other carries messages.
 *
 * @returns null when nothing was flooded
 */
export function recommendUnderContention(
  results: Results,
  nativeWakers: ReadonlySet<string>,
): ContentionVerdict | null {
  const series = results.series.filter(({ scenario }) => scenario === "burst");
  const contenders = series.filter(
    (one) => !isControl(one) && !isFloor(one) && nativeWakers.has(one.waker),
  );
  if (contenders.length === 0) return null;
  const all = threadCounts(series);
  const counts = all.length > 1 ? all.filter((count) => count > 1) : all;
  const sound = byContender(contenders).filter(isSound);
  if (sound.length === 0) return none("no waker worked without a fault");
  const heard = sound.filter((own) => all.every((count) => (rateFrom(own, count) ?? 0) > 0));
  const messages = heard.filter((own) => !own.some(isDoorbell));
  const ranked = (messages.length > 0 ? messages : heard).toSorted(
    (one, other) => meanRate(other, counts) - meanRate(one, counts),
  );
  const [first] = ranked;
  if (first === undefined) return none("too little was heard to name a waker: give longer floods");
  const best = plainest(first, heard, counts);
  const { contender, waker } = best[0] as Series;
  const mark = best.some(isDoorbell) ? " (a doorbell: the queue beside it is yours)" : "";
  const rival = rivalOf(best, ranked);
  if (rival === undefined) {
    return { use: `${contender}${mark}`, reason: aloneReason(best, counts), waker };
  }
  const { text, isEither } = reasonAgainst(best, rival, counts);
  const either = isEither ? ` or ${rival[0]?.contender}, whichever suits you` : "";
  return { use: `${contender}${mark}${either}`, reason: text, waker };
}

/** The series of each contender together. */
function byContender(series: readonly Series[]): Series[][] {
  const names = new Set(series.map(({ contender }) => contender));
  return [...names].map((name) => series.filter(({ contender }) => contender === name));
}

function isSound(own: readonly Series[]): boolean {
  return own.every(
    ({ status, audit }) => status === "ok" && audit.lost + audit.duplicated + audit.reordered === 0,
  );
}

function none(reason: string): ContentionVerdict {
  return { use: null, reason, waker: null };
}

function from(own: readonly Series[], threads: number): Series | undefined {
  return own.find(({ params }) => params.threads === threads);
}

function rateFrom(own: readonly Series[], threads: number): number | null {
  const one = from(own, threads);
  return one === undefined ? null : wakesPerSecond(one);
}

function meanRate(own: readonly Series[], counts: readonly number[]): number {
  const logs = counts.map((count) => Math.log(rateFrom(own, count) ?? 0));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/**
 * The variant of a waker that comes first, which is its default where that was measured, among those
 * that cannot be told from the best of them: a parameter is advised only when it was seen to help.
 */
function plainest(
  best: readonly Series[],
  heard: readonly Series[][],
  counts: readonly number[],
): readonly Series[] {
  const isAsGood = (own: readonly Series[]) =>
    counts.every((count) => {
      const [one, other] = [from(best, count), from(own, count)];
      const paired = one === undefined || other === undefined ? null : compareRates(one, other);
      return paired?.verdict === "no difference seen";
    });
  const variants = heard.filter((own) => own[0]?.waker === best[0]?.waker);
  return variants.find((own) => own === best || isAsGood(own)) ?? best;
}

/** The reference of the run, or the next best when the best is the reference itself. */
function rivalOf(best: readonly Series[], ranked: readonly Series[][]): Series[] | undefined {
  const to = best[0]?.relative?.to;
  const others = ranked.filter((own) => own !== best);
  return others.find((own) => own[0]?.contender === to) ?? others[0];
}

/** How the two differ from the fewest and from the most of many threads. */
function reasonAgainst(
  best: readonly Series[],
  rival: readonly Series[],
  counts: readonly number[],
): { text: string; isEither: boolean } {
  const ends = [...new Set([counts[0], counts.at(-1)])];
  const told = ends.flatMap((count) => {
    const one = count === undefined ? undefined : from(best, count);
    const other = count === undefined ? undefined : from(rival, count);
    if (one === undefined || other === undefined || count === undefined) return [];
    const paired = compareRates(one, other);
    const isDifferent = paired !== null && paired.verdict !== "no difference seen";
    return [{ count, isTold: paired !== null, ratio: isDifferent ? paired.ratio : null }];
  });
  const name = rival[0]?.contender ?? "";
  let hasNamed = false;
  const phrases = told.map(({ count, isTold, ratio }) => {
    const place = `from ${plural(count, "thread")}`;
    if (!isTold) return `too few rounds to tell it from ${name} ${place}`;
    if (ratio === null) return `no difference to ${name} seen ${place}`;
    const wakes = hasNamed ? "" : ` the wakes a second of ${name}`;
    hasNamed = true;
    return `${formatTimes(ratio)}${wakes} ${place}`;
  });
  const isEither = told.every(({ isTold, ratio }) => isTold && ratio === null);
  return { text: phrases.join(", "), isEither };
}

function aloneReason(best: readonly Series[], counts: readonly number[]): string {
  const count = counts.at(-1) ?? 1;
  const rate = formatAmount(rateFrom(best, count));
  return `${rate} wakes a second from ${plural(count, "thread")}`;
}
