import { compareSeries } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import { rateOf } from "./comparison.ts";
import { formatRatio, plural } from "./format.ts";
import { isControl, isFloor, placeOf, placeWords } from "./notes.ts";

/** What to use, in one sentence, and the waker that it names (null when none can be named). */
export type Recommendation = { readonly sentence: string; readonly waker: string | null };

/**
 * Recommends a waker: the lowest p50 in the first placement among those that work natively, had no
 * fault and lost nothing in any placement. It is set against the reference of the run, or against
 * the next best when it is the reference itself.
 */
export function recommend(results: Results, nativeWakers: ReadonlySet<string>): Recommendation {
  const wakes = results.series.filter(({ scenario }) => scenario === "wake");
  const [series, rate] = oneLoop(wakes);
  const { sentence, waker } = recommendAmong({ ...results, series }, nativeWakers);
  if (rate === null || !sentence.startsWith("Use ")) return { sentence, waker };
  return { sentence: `At ${plural(rate, "wake")} a second, u${sentence.slice(1)}`, waker };
}

/** Open loops never share a verdict with closed ones: they are left out where both were measured. */
function oneLoop(wakes: readonly Series[]): [series: Series[], rate: number | null] {
  const closed = wakes.filter((series) => rateOf(series) === null);
  const [first] = wakes;
  if (closed.length > 0 || first === undefined) return [closed, null];
  return [[...wakes], rateOf(first)];
}

function recommendAmong(results: Results, nativeWakers: ReadonlySet<string>): Recommendation {
  const candidates = results.series.filter((series) => !isControl(series) && !isFloor(series));
  const native = candidates.filter(({ waker }) => nativeWakers.has(waker));
  const unfit = new Set(native.filter(isFaulty).map(({ contender }) => contender));
  const fit = native.filter(({ contender }) => !unfit.has(contender));
  const eligible = fit.filter(({ summary }) => summary.p50Ns !== null);
  const placements = [...new Set(eligible.map(({ params }) => String(params.placement)))];
  const ranked = rank(eligible, placements[0]);
  const [best] = ranked;
  if (best === undefined) return { sentence: whyNone(candidates, native, fit), waker: null };
  const rival =
    ranked.find((series) => series !== best && series.contender === series.relative?.to) ??
    ranked[1];
  if (rival === undefined) return withoutRival(best, candidates, fit, results);
  const phrases = placements.map((placement) => phraseFor(eligible, placement, best, rival));
  const told = phrases.filter((phrase) => phrase !== null);
  const isEven = told.every(({ isDifferent }) => !isDifferent);
  const texts = told.map(({ text }) => text).join(", ");
  const exceptions = placements
    .slice(1)
    .flatMap((placement) => overtaker(eligible, placement, best));
  const tail = exceptions.length === 0 ? "" : `; ${exceptions.join("; ")}`;
  const sentence = isEven
    ? `Use ${best.contender} or ${rival.contender}, whichever suits you: ${texts}${tail}.`
    : `Use ${best.contender}: ${texts}${tail}.`;
  return { sentence, waker: best.waker };
}

function isFaulty({ status, audit }: Series): boolean {
  return status !== "ok" || audit.lost > 0;
}

/** Why no waker can be named, told by the first sieve that let none through. */
function whyNone(
  candidates: readonly Series[],
  native: readonly Series[],
  fit: readonly Series[],
): string {
  if (candidates.length === 0)
    return "Only the floor was measured: name a waker to set against it.";
  if (native.length === 0) return "No native wake was measured: nothing to recommend.";
  if (fit.length === 0) return "No waker worked without a fault: nothing to recommend.";
  return "Too little was measured for a median: nothing to recommend. Give three rounds or more.";
}

function rank(series: readonly Series[], placement: string | undefined): Series[] {
  return series
    .filter(({ params }) => params.placement === placement)
    .toSorted((one, other) => (one.summary.p50Ns ?? 0) - (other.summary.p50Ns ?? 0));
}

function find(series: readonly Series[], placement: string, contender: string) {
  return series.find((one) => one.params.placement === placement && one.contender === contender);
}

function phraseFor(
  series: readonly Series[],
  placement: string,
  best: Series,
  rival: Series,
): { text: string; isDifferent: boolean } | null {
  const one = find(series, placement, best.contender);
  const other = find(series, placement, rival.contender);
  if (one === undefined || other === undefined) return null;
  const paired = compareSeries(one, other);
  const place = placeWords(placement);
  if (paired === null || paired.verdict === "no difference seen") {
    return { text: `no difference to ${rival.contender} ${place}`, isDifferent: false };
  }
  const factor = paired.verdict === "faster" ? 1 / paired.ratio : paired.ratio;
  const text = `${formatRatio(factor)} ${paired.verdict} than ${rival.contender} ${place}`;
  return { text, isDifferent: true };
}

/** Another contender that beats the recommended one in a further placement. */
function overtaker(series: readonly Series[], placement: string, best: Series): string[] {
  const [fastest] = rank(series, placement);
  const own = find(series, placement, best.contender);
  if (fastest === undefined || own === undefined || fastest === own) return [];
  const paired = compareSeries(fastest, own);
  if (paired?.verdict !== "faster") return [];
  const place = placeWords(placement);
  return [`${place} ${fastest.contender} is ${formatRatio(1 / paired.ratio)} faster still`];
}

/** One median: of the only contender, of the only sound one, or the others' are withheld. */
function withoutRival(
  best: Series,
  candidates: readonly Series[],
  fit: readonly Series[],
  results: Results,
): Recommendation {
  const isOther = ({ contender }: Series) => contender !== best.contender;
  if (!candidates.some(isOther)) return { sentence: alone(best, results), waker: best.waker };
  if (fit.some(isOther)) {
    const sentence = `Too little was measured for more than the median of ${best.contender}. Give more rounds or wakes.`;
    return { sentence, waker: null };
  }
  const sentence = `Use ${best.contender}: no other native wake here worked without a fault.`;
  return { sentence, waker: best.waker };
}

/** One contender has no rival; it can be set against the floor. */
function alone(best: Series, results: Results): string {
  const floor = results.series.find(
    (series) =>
      series.scenario === "wake" &&
      isFloor(series) &&
      series.params.placement === best.params.placement &&
      series.contender === best.relative?.to,
  );
  const place = placeOf(best);
  const ratio = floor === undefined ? best.extra.floorRatio : compareSeries(best, floor)?.ratio;
  if (typeof ratio !== "number") {
    return `${best.contender} works; name a second contender to compare it with.`;
  }
  return `${best.contender} takes ${formatRatio(ratio)} the floor's time ${place}; name a second contender to compare it with.`;
}
