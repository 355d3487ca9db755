import { dispatchers } from "../dispatchers/index.ts";
import { compareCalls } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import { adaptiveTrade, callSeries, isPlain, isRepetition, paceOf } from "./dispatch-series.ts";
import { formatTimes } from "./format.ts";
import { isFloor, placeOf } from "./notes.ts";

/** Which way to call a thread, in one sentence. */
export type DispatchVerdict = {
  readonly sentence: string;
  /** Id of the dispatcher that it advises; null when none can be named. */
  readonly dispatcher: string | null;
};

/**
 * Recommends a way to call a thread: the one with the least time for a call in the first placement, among
 * those that had no fault in any placement and settled each call once, as it should be. It is set against
 * the floor and the best of each other kind; of several that cannot be told apart the one that pays in a further placement. Differences are told where their interval excludes 1 ± 2 %.
 *
 * @returns null when no calls were measured
 */
export function recommendDispatch(results: Results): DispatchVerdict | null {
  const all = callSeries(results);
  const inFlight = all[0]?.params.inFlight;
  if (inFlight === undefined) return null;
  // Other numbers in flight are other questions: the first one is answered.
  const plain = all.filter((one) => isPlain(one) && one.params.inFlight === inFlight);
  const candidates = plain.filter((series) => !isFloor(series));
  const unfit = new Set(candidates.filter(isFaulty).map(({ contender }) => contender));
  const fit = candidates.filter(({ contender }) => !unfit.has(contender));
  const placements = [...new Set(fit.map(({ params }) => String(params.placement)))];
  const [near = [], ...others] = placements.map((placement) => rank(fit, placement));
  const [quickest] = near;
  if (quickest === undefined) return none(whyNone(candidates));
  if (near.some((other) => other !== quickest && compareCalls(other, quickest) === null)) {
    return none("Too few rounds to tell them apart. Give three or more.");
  }
  const even = equals(near, quickest);
  const paying = even.find((one) => even.some((other) => pays(one, other, others)));
  const best = paying ?? even[0] ?? quickest;
  const equal = paying === undefined ? even[1] : undefined;
  const either = equal === undefined ? "" : ` or ${equal.contender}, whichever suits you`;
  const phrases = [figure(best), ...rivals(near, best, equal)].join(", ");
  const elsewhere = others.map((ranked) => phraseFor(ranked, best)).filter((text) => text !== "");
  const told = [phrases, ...elsewhere].join("; ");
  const tail = candidates.some(isOther(best))
    ? alone(fit, best)
    : "; name a second contender to compare it with";
  return { sentence: `Use ${nameOf(best)}${either}: ${told}${tail}.`, dispatcher: best.waker };
}

function none(sentence: string): DispatchVerdict {
  return { sentence, dispatcher: null };
}

function isFaulty({ status, audit }: Series): boolean {
  return status !== "ok" || audit.lost + audit.duplicated + (audit.mistaken ?? 0) > 0;
}

function whyNone(candidates: readonly Series[]): string {
  return candidates.length === 0
    ? "Only the floor was measured: name a dispatcher to set against it."
    : "No dispatcher worked without a fault: nothing to recommend.";
}

/** Those with figures, the one with the least time for a call first. */
function rank(fit: readonly Series[], placement: string): Series[] {
  const rate = ({ rates }: Series) => rates.callsPerSecond?.value ?? 0;
  return fit
    .filter((series) => series.params.placement === placement && rate(series) > 0)
    .filter((series) => !isRepetition(series, fit))
    .toSorted((one, other) => rate(other) - rate(one));
}

/**
 * The quickest, and all of its kind that cannot be told from it, as they are listed: the most complete comes
 * first. Of the variants of each the one with the fewest settings: a setting is advised only when it was seen
 * to help.
 */
function equals(ranked: readonly Series[], quickest: Series): Series[] {
  const even = ranked.filter(
    (other) =>
      other === quickest || (kindOf(other) === kindOf(quickest) && isEven(other, quickest)),
  );
  const settings = ({ contender }: Series) => contender.split(":").length;
  return [...Map.groupBy(even, ({ waker }) => waker).values()]
    .flatMap((own) => own.toSorted((one, other) => settings(one) - settings(other))[0] ?? [])
    .toSorted((one, other) => listed(one) - listed(other));
}

/** Its place among the dispatchers; those of users come last. */
function listed({ waker }: Series): number {
  const place = dispatchers.findIndex(({ id }) => id === waker);
  return place < 0 ? dispatchers.length : place;
}

/** Whether it, in any of its variants, is the quickest in a further placement, and seen to beat `other` there. */
function pays(one: Series, other: Series, elsewhere: readonly (readonly Series[])[]): boolean {
  return elsewhere.some((ranked) => {
    const [quickest] = ranked;
    const own = ranked.find(({ contender }) => contender === other.contender);
    if (quickest?.waker !== one.waker || own === undefined) return false;
    return compareCalls(own, quickest)?.verdict === "slower";
  });
}

function isEven(one: Series, other: Series): boolean {
  return compareCalls(one, other)?.verdict === "no difference seen";
}

function isOther({ contender }: Series) {
  return (series: Series) => series.contender !== contender;
}

function kindOf({ extra }: Series): string {
  return String(extra.kind);
}

/** `a dedicated thread over ring` */
function nameOf(series: Series): string {
  const { contender } = series;
  switch (kindOf(series)) {
    case "thread":
      return `a dedicated thread over ${contender}`;
    case "worker":
      return `a dedicated Worker over ${contender}`;
    default:
      return `the pool ${contender}`;
  }
}

/** `5.90 µs a call on one core (1.9 × the floor)` */
function figure(series: Series): string {
  return `${paceOf(series)} ${placeOf(series)}${toFloor(series)}`;
}

/** How far it is from the floor, where that was measured and the interval tells. */
function toFloor({ extra }: Series): string {
  const { floorRatio, floorRatioLow, floorRatioHigh } = extra;
  const ends = [floorRatio, floorRatioLow, floorRatioHigh].map(Number);
  const [ratio = Number.NaN, low = Number.NaN, high = Number.NaN] = ends;
  if (low > 1.02 || high < 0.98) return ` (${formatTimes(ratio)} the floor)`;
  return Number.isFinite(ratio) && floorRatio !== null && floorRatio !== undefined
    ? " (no difference to the floor seen)"
    : "";
}

/**
 * The best of each other kind, or the next of its own kind where there is no other; else what there is of the
 * same: with other settings, in another runtime.
 */
function rivals(ranked: readonly Series[], best: Series, equal: Series | undefined): string[] {
  const rest = ranked.filter((series) => series !== best && series !== equal);
  const others = rest.filter(({ waker }) => waker !== best.waker);
  const kinds = [...new Set(others.map(kindOf))].filter((kind) => kind !== kindOf(best));
  const firsts = kinds.map((kind) => others.find((series) => kindOf(series) === kind));
  const told = firsts.filter((series) => series !== undefined);
  const next = told.length > 0 ? told : [...others, ...rest].slice(0, 1);
  return next.map((series) => againstOf(best, series));
}

function againstOf(best: Series, rival: Series): string {
  const paired = compareCalls(rival, best);
  if (paired === null) return `too few rounds to tell it from ${nameOf(rival)}`;
  if (paired.verdict === "no difference seen") return `no difference to ${nameOf(rival)} seen`;
  const { ratio, verdict } = paired;
  return verdict === "slower"
    ? `${formatTimes(ratio)} faster than ${nameOf(rival)}`
    : `${formatTimes(1 / ratio)} slower than ${nameOf(rival)}`;
}

/** What the best comes to in a further placement, and what is quicker there. */
function phraseFor(ranked: readonly Series[], best: Series): string {
  const own = ranked.find(({ contender }) => contender === best.contender);
  const [first] = ranked;
  if (first === undefined) return "";
  const [quickest = first] = equals(ranked, first);
  if (own === undefined) return `${placeOf(quickest)} ${nameOf(quickest)}: ${paceOf(quickest)}`;
  const paired = own === quickest ? null : compareCalls(own, quickest);
  if (paired?.verdict !== "slower") return figure(own);
  const faster = formatTimes(paired.ratio);
  const trade = adaptiveTrade(quickest, ranked);
  if (trade?.parking === own) {
    const spinning = `${placeOf(own)} let it spin (${quickest.contender})`;
    return `${spinning}: ${paceOf(quickest)}, ${faster} faster than parking, for ${trade.price ?? "no more CPU"}`;
  }
  const name = quickest.waker === best.waker ? quickest.contender : nameOf(quickest);
  return `${figure(own)}, where ${name} is ${faster} faster`;
}

/** The others had faults. */
function alone(fit: readonly Series[], best: Series): string {
  return fit.some(isOther(best)) ? "" : "; no other worked without a fault";
}
