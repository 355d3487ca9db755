import { compareCalls } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import { formatAmount, formatMicros } from "./format.ts";
import { isControl } from "./notes.ts";

/** The series of calls: what tables and verdict read from them. */
export function callSeries(results: Results): Series[] {
  return results.series.filter(({ scenario }) => scenario === "dispatch");
}

/** Calls as they were asked for, no case of them and no control. */
export function isPlain(series: Series): boolean {
  return series.params.case === undefined && !isControl(series);
}

/** Calls that were measured. */
export function callsOf({ extra }: Series): number {
  return typeof extra.calls === "number" ? extra.calls : 0;
}

/** Wall time over the calls, nanoseconds; null when there was none. */
export function nsPerCall(series: Series): number | null {
  const calls = callsOf(series);
  return calls > 0 ? series.cost.wallNs / calls : null;
}

/** More than one call is on its way at once: what counts is how many come through. */
export function areOverlapping({ params }: Series): boolean {
  return Number(params.inFlight) > 1;
}

/** `5.90 µs a call`, or with more than one in flight `3.21 M calls a second`. */
export function paceOf(series: Series): string {
  if (areOverlapping(series)) {
    return `${formatAmount(series.rates.callsPerSecond?.value ?? null)} calls a second`;
  }
  return `${formatMicros(nsPerCall(series))} µs a call`;
}

/** Cores that the process kept busy. */
function coresOf({ cost }: Series): number {
  return cost.cpuProcessNs / cost.wallNs;
}

/** What it is to spin before parking instead of parking at once. */
export type AdaptiveTrade = {
  /** The row that parks at once. */
  readonly parking: Series;
  /** How many times as long a call takes to the row that parks, above 1; null: no gain was seen. */
  readonly gain: number | null;
  /** `1.4 cores of CPU instead of 0.6`; null: the same number. */
  readonly price: string | null;
};

const adaptiveSetting = /:wait=adaptive(?=:|$)/;

/** The row that parks at once and is the same otherwise; none where the row does not spin. */
function parkingTwin(series: Series, peers: readonly Series[]): Series | undefined {
  if (!adaptiveSetting.test(series.contender)) return undefined;
  const names = ["", ":wait=park"].map((wait) => series.contender.replace(adaptiveSetting, wait));
  const { placement } = series.params;
  return peers.find(
    (other) =>
      isPlain(other) && other.params.placement === placement && names.includes(other.contender),
  );
}

/** Whether the row is another one once more: nobody spins who shares the loop's core. */
export function isRepetition(series: Series, peers: readonly Series[]): boolean {
  return series.params.placement === "same-core" && parkingTwin(series, peers) !== undefined;
}

/** Null where the row does not spin, or what parks was not measured beside it. */
export function adaptiveTrade(series: Series, peers: readonly Series[]): AdaptiveTrade | null {
  if (isRepetition(series, peers)) return null;
  const parking = parkingTwin(series, peers);
  const paired = parking === undefined ? null : compareCalls(parking, series);
  if (parking === undefined || paired === null) return null;
  const [own, instead] = [coresOf(series), coresOf(parking)].map((each) => each.toFixed(1));
  return {
    parking,
    gain: paired.verdict === "slower" ? paired.ratio : null,
    price: own === instead ? null : `${own} cores of CPU instead of ${instead}`,
  };
}
