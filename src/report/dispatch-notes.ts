import { compareCalls } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { adaptiveTrade, areOverlapping, callsOf, isPlain, nsPerCall } from "./dispatch-series.ts";
import { formatCount, formatRatio, plural } from "./format.ts";
import { auditFault, faultOf, isControl, isFloor, noiseNote, placeOf } from "./notes.ts";

/** Beyond this share of the process's own figure the CPU of its threads does not add up. */
const cpuTolerance = 0.05;

/** The lines below the calls of one placement; faults begin with "!". */
export function dispatchNotes(series: readonly Series[]): string[] {
  const plain = series.filter(isPlain);
  return [
    ...series.filter((one) => !isSaid(one, plain)).flatMap(faultLines),
    ...plain.flatMap(accountingFault),
    ...plain.flatMap(scaledNote),
    ...noiseNotes(series),
    ...stampNotes(plain),
    ...accountingNote(plain),
    ...unevenNote(plain),
    ...poolNote(plain),
    ...warmupNote(plain),
    ...series.flatMap(answeredFirstNote),
    ...plain.flatMap((one) => tradeNote(one, plain)),
    ...plain.flatMap(belowFloorNote),
  ];
}

function nameOf({ contender, params }: Series): string {
  const suffix = params.case ?? (params.control === undefined ? undefined : "control");
  return suffix === undefined ? contender : `${contender} (${suffix})`;
}

/** The control or a case that has but the fault of its plain row. */
function isSaid(series: Series, plain: readonly Series[]): boolean {
  if (isPlain(series) || series.error === null || series.audit.sent > 0) return false;
  return plain.some(
    ({ contender, error }) => contender === series.contender && error === series.error,
  );
}

function faultLines(series: Series): string[] {
  const fault = faultOf(series);
  const named = { ...series, contender: nameOf(series) };
  return [
    ...(fault === null ? [] : [`! ${named.contender}: ${fault}`]),
    ...auditFault(named, "call"),
  ];
}

/** Loop, worker and all others over the process's own figure; null where it cannot be told. */
function shareOf({ extra }: Series): number | null {
  return typeof extra.cpuShare === "number" ? extra.cpuShare : null;
}

function percentOf(share: number): string {
  return (100 * share).toFixed(1);
}

function accountingFault(series: Series): string[] {
  const share = shareOf(series);
  if (share === null || Math.abs(share - 1) <= cpuTolerance) return [];
  const sum = "CpuEvtLoop, CpuWorker and CpuOther come to";
  const missing = share < 1 ? "; threads that ended meanwhile are missing in it" : "";
  return [`! ${series.contender}: ${sum} ${percentOf(share)} % of CpuTotal${missing}`];
}

/** How well the CPU of all threads adds up to the process's own figure. */
function accountingNote(plain: readonly Series[]): string[] {
  const shares = plain.map(shareOf).filter((share) => share !== null);
  if (shares.length === 0) return [];
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(percentOf);
  const range = least === most ? least : `${least} to ${most}`;
  return [
    `CpuEvtLoop, CpuWorker and CpuOther, read of each thread, come to ${range} % of CpuTotal`,
  ];
}

function scaledNote(series: Series): string[] {
  const calls = callsOf(series);
  const count = Number(series.params.count);
  if (calls === 0 || calls === count) return [];
  const measured = `${formatCount(calls)} of ${plural(count, "call")} measured`;
  return [`${series.contender}: ${measured}; its seconds are scaled to all of them`];
}

function noiseNotes(series: readonly Series[]): string[] {
  const control = series.find(isControl);
  const first = series.find((one) => isPlain(one) && one.contender === control?.contender);
  if (control === undefined || first === undefined) return [];
  return [noiseNote(first.contender, compareCalls(control, first))];
}

function stampNotes(plain: readonly Series[]): string[] {
  const notes: string[] = [];
  const harness = Math.max(0, ...plain.map(({ harnessNs }) => harnessNs ?? 0));
  if (harness > 0) {
    notes.push(`the two stamps of a call cost ${Math.round(harness)} ns, not subtracted`);
  }
  const every = plain.map(({ extra }) => Number(extra.sampledEvery ?? 1));
  const [least, most] = [Math.min(...every), Math.max(...every)];
  if (most > 1) {
    const range = least === most ? most : `up to ${most}`;
    // Calls that come one at a time are all stamped, up to a number that is enough.
    const why = plain.some(areOverlapping)
      ? "stamping each would slow them down"
      : "more stamps would tell no more";
    notes.push(`p50 and p99 are of one call in ${range}: ${why}`);
  }
  return notes;
}

/** From so many times on the time of a call over all rounds and the mean of the rounds are two figures. */
const uneven = 1.1;

function isUneven(series: Series): boolean {
  const totalNs = nsPerCall(series);
  const rate = series.rates.callsPerSecond?.value ?? 0;
  if (totalNs === null || rate === 0) return false;
  const meanNs = 1e9 / rate;
  return Math.max(totalNs / meanNs, meanNs / totalNs) >= uneven;
}

/** Why a row may be ahead of another by its seconds, and behind by its ratio: a round that was disturbed. */
function unevenNote(plain: readonly Series[]): string[] {
  const rows = plain.filter(isUneven);
  if (rows.length === 0) return [];
  const names = rows.map(({ contender }) => contender).join(", ");
  const mean = plain.some(areOverlapping) ? "calls/s and Relative count" : "Relative counts";
  return [`${names}: rounds differ much; ${mean} each round alike, Wall and µs/call add them up`];
}

/** A pool that is pinned as others are cannot do what it is there for: several calls at once. */
function poolNote(plain: readonly Series[]): string[] {
  const pools = plain.filter(
    (series) =>
      series.extra.kind === "pool" && areOverlapping(series) && series.params.placement !== "any",
  );
  if (pools.length === 0) return [];
  const names = pools.map(({ contender }) => contender).join(", ");
  return [
    `${names}: all threads of a pool share the worker's core here; --placement any gives them all cores`,
  ];
}

/** Below this share of a whole warm-up calls are still made by code that has yet to be compiled. */
const warmEnough = 0.5;

/** The floor is compiled beforehand: rows of few calls look slower beside it than they are. */
function warmupNote(plain: readonly Series[]): string[] {
  const shares = plain
    .filter((series) => !isFloor(series))
    .map(({ extra }) => (typeof extra.warmupShare === "number" ? extra.warmupShare : 1));
  const least = Math.min(1, ...shares);
  if (least >= warmEnough) return [];
  const share = `${percentOf(least)} % of a whole one`;
  return [
    `few calls have a short warm-up, here ${share}: JavaScript is quicker with a greater --count`,
  ];
}

/** Beyond this share of the calls of a case it is said that their answer was quicker. */
const answeredTolerance = 0.02;

/** An abort, or the end of a timeout, that came after the answer. */
function answeredFirstNote(series: Series): string[] {
  const { params, extra } = series;
  if (params.case !== "cancellation" && params.case !== "expiry") return [];
  const share = Number(extra.answered) / callsOf(series);
  if (!(share > answeredTolerance)) return [];
  const then = params.case === "cancellation" ? "were cancelled" : "had timed out";
  return [
    `${nameOf(series)}: ${percentOf(share)} % of the calls were answered before they ${then}`,
  ];
}

/** What spinning before parking brings, and what it takes; nothing where it does neither. */
function tradeNote(series: Series, plain: readonly Series[]): string[] {
  const trade = adaptiveTrade(series, plain);
  if (trade === null || (trade.gain === null && trade.price === null)) return [];
  const { parking, gain, price } = trade;
  const brought = gain === null ? "no gain seen over" : `${formatRatio(gain)} faster than`;
  const words = `${brought} ${parking.contender} ${placeOf(series)}`;
  return [`${series.contender}: ${words}, for ${price ?? "no more CPU"}`];
}

/** The floor wakes a thread that sleeps. Who does not sleep spares that, and may be quicker. */
function belowFloorNote({ contender, params, extra }: Series): string[] {
  const high = extra.floorRatioHigh;
  if (params.wait !== "adaptive" || typeof high !== "number" || high >= 1) return [];
  return [`${contender}: quicker than the floor, whose threads sleep until they are woken`];
}
