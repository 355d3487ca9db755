import { compareCalls } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { adaptiveTrade, callsOf, isPlain } from "./dispatch-series.ts";
import { formatCount, formatRatio, plural } from "./format.ts";
import { auditFault, faultOf, isControl, noiseNote, placeOf } from "./notes.ts";

/** Beyond this share of the process's own figure the CPU of its threads does not add up. */
const cpuTolerance = 0.05;

/** The lines below the calls of one placement; faults begin with "!". */
export function dispatchNotes(series: readonly Series[]): string[] {
  const plain = series.filter(isPlain);
  return [
    ...series.flatMap(faultLines),
    ...plain.flatMap(accountingFault),
    ...plain.flatMap(scaledNote),
    ...noiseNotes(series),
    ...stampNotes(plain),
    ...accountingNote(plain),
    ...plain.flatMap((one) => tradeNote(one, plain)),
    ...plain.flatMap(belowFloorNote),
  ];
}

function nameOf({ contender, params }: Series): string {
  const suffix = params.case ?? (params.control === undefined ? undefined : "control");
  return suffix === undefined ? contender : `${contender} (${suffix})`;
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
    notes.push(`p50 and p99 are of one call in ${range}: stamping each would slow them down`);
  }
  return notes;
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
