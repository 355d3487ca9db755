import type { Results, Series } from "../results/schema.ts";
import { medianOf } from "../stats/percentile.ts";
import { formatAmount, formatBytes, formatLatency, plural } from "./format.ts";
import { auditFault, faultOf, isControl, ratioCells } from "./notes.ts";
import type { BarPlot } from "./plots/bar-plot.ts";
import { rateBar } from "./plots/series-bars.ts";

/** Floods from one number of threads: a table of what arrived, and one of what it cost others. */
export type ContentionSection = {
  readonly title: string;
  /** Cells, header first. */
  readonly rates: string[][];
  readonly costs: string[][];
  /** What must be known to read the tables, a line each; faults begin with "!". */
  readonly notes: readonly string[];
};

/** Everything about floods. */
export type Contention = {
  readonly title: string;
  /** Wakes a second of each row from each number of threads; cells, header first. */
  readonly overview: string[][];
  /** The same as bars, a panel for each number of threads. */
  readonly bars: BarPlot;
  readonly sections: readonly ContentionSection[];
  readonly notes: readonly string[];
};

const doorbellNote =
  "‡ a doorbell: it says only that something happened, the queue beside it is yours";

/** The tables of the floods; null when there were none. */
export function contention(results: Results): Contention | null {
  const series = results.series.filter(({ scenario }) => scenario === "burst");
  const [first] = series;
  if (first === undefined) return null;
  const threads = threadCounts(series);
  const notes = [
    "Wakes/s counts until the last one was heard; In time: those heard before the flood's end",
    "CPU/wake is that of the loop's thread; Memory is the most that one flood took",
  ];
  if (series.some(isDoorbell)) notes.unshift(doorbellNote);
  return {
    title: titleOf(first),
    overview: overviewOf(series, threads),
    bars: barsOf(series, threads),
    sections: threads.map((count) => sectionOf(series, count)),
    notes,
  };
}

/** The numbers of threads that flooded, ascending. */
export function threadCounts(series: readonly Series[]): number[] {
  const counts = new Set(series.map(({ params }) => Number(params.threads)));
  return [...counts].toSorted((one, other) => one - other);
}

/** Whether a wake carries nothing: its number of wakes is that of rings. */
export function isDoorbell({ extra }: Series): boolean {
  return extra.kind === "doorbell";
}

function titleOf({ params }: Series): string {
  const pause =
    params.producers === "sleep"
      ? `threads sleep ${formatLatency(Number(params.gapNs))} between two notifies`
      : "threads notify without a pause";
  const parts = [`Under contention: ${pause}`];
  if (Number(params.payloadBytes) > 0) parts.push(`${params.payloadBytes} bytes of payload`);
  return parts.join(" · ");
}

/** A row for each contender, with its series from each number of threads. */
function rowsOf(series: readonly Series[], threads: readonly number[]) {
  const shown = series.filter((one) => !isControl(one));
  const names = [...new Set(shown.map(({ contender }) => contender))];
  return names.map((name) => {
    const own = shown.filter(({ contender }) => contender === name);
    return {
      label: own.some(isDoorbell) ? `${name} ‡` : name,
      from: threads.map((count) => own.find(({ params }) => params.threads === count)),
    };
  });
}

function overviewOf(series: readonly Series[], threads: readonly number[]): string[][] {
  const header = ["Wakes a second from", ...threads.map((count) => plural(count, "thread"))];
  const rows = rowsOf(series, threads).map(({ label, from }) => [
    label,
    ...from.map((one) => {
      if (one === undefined) return "-";
      return one.status === "ok" ? formatAmount(wakesPerSecond(one)) : one.status;
    }),
  ]);
  return [header, ...rows];
}

function barsOf(series: readonly Series[], threads: readonly number[]): BarPlot {
  return {
    title: "wakes a second",
    better: "more",
    panels: threads.map((count) => plural(count, "thread")),
    rows: rowsOf(series, threads).map(({ label, from }) => ({
      label,
      cells: from.map((one) => (one === undefined ? "-" : rateBar(one, "wakesPerSecond"))),
    })),
    format: formatAmount,
  };
}

/** Wakes a second of a flooded series; null when nothing was measured. */
export function wakesPerSecond({ rates }: Series): number | null {
  return rates.wakesPerSecond?.value ?? null;
}

function sectionOf(series: readonly Series[], threads: number): ContentionSection {
  const own = series.filter(({ params }) => params.threads === threads);
  const contenders = own.filter((one) => !isControl(one));
  const rateHeader = [
    "Approach",
    "Wakes/s",
    "Relative",
    "±",
    "In time",
    "Per entry",
    "CPU/wake",
    "Memory",
  ];
  const costHeader = [
    "Approach",
    "Notify p50",
    "Notify p99",
    "1 ms timer late p50",
    "p90",
    "p99",
    "Max",
  ];
  const lengthsNs = own.flatMap(({ extra }) => numberOf(extra.floodNs) ?? []);
  const lengths =
    lengthsNs.length === 0 ? "" : ` · floods of ${formatLatency(medianOf(lengthsNs))}`;
  return {
    title: `from ${plural(threads, "thread")}${lengths}`,
    rates: [rateHeader, ...contenders.map(rateRow)],
    costs: [costHeader, ...own.map(costRow)],
    notes: own.flatMap(notesOf),
  };
}

/** Of all that was heard, how much within the flood; the rest piled up until its end. */
function inTime(share: number | null): string {
  return share === null ? "-" : `${Math.floor(100 * share)} %`;
}

function rateRow(series: Series): string[] {
  const { audit, cost, extra } = series;
  const { relative, plusMinus } = ratioCells(series.relative);
  const cpuPerWakeNs = audit.received > 0 ? cost.cpuLoopNs : null;
  return [
    approachOf(series),
    formatAmount(wakesPerSecond(series)),
    relative,
    plusMinus,
    inTime(numberOf(extra.inTimeShare)),
    formatAmount(numberOf(extra.wakesPerEntry)),
    formatLatency(cpuPerWakeNs === null ? null : cpuPerWakeNs / audit.received),
    formatBytes(numberOf(extra.memoryGrowthBytes)),
  ];
}

function costRow(series: Series): string[] {
  const { notify, timer } = series.stages;
  const notifyNs = isControl(series) ? [null, null] : [notify?.p50Ns, notify?.p99Ns];
  return [
    approachOf(series),
    ...notifyNs.map((value) => formatLatency(value ?? null)),
    ...[timer?.p50Ns, timer?.p90Ns, timer?.p99Ns, timer?.maxNs].map((value) =>
      formatLatency(value ?? null),
    ),
  ];
}

function approachOf(series: Series): string {
  const { contender, audit } = series;
  if (isControl(series)) return `${contender} (control)`;
  const bell = isDoorbell(series) ? " ‡" : "";
  const loss = audit.lost > 0 ? `, loses ${percentOf(audit.lost, audit.sent)}` : "";
  return `${contender}${bell}${loss}`;
}

function percentOf(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole);
  if (percent < 0.1) return "< 0.1 %";
  if (percent > 99 && part < whole) return "> 99 %";
  return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

function numberOf(value: Series["extra"][string] | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function notesOf(series: Series): string[] {
  const { contender, audit } = series;
  const fault = faultOf(series);
  const notes = fault === null ? [] : [`! ${contender}: ${fault}`];
  notes.push(...auditFault(series));
  const refused = audit.refused ?? 0;
  if (refused > 0) {
    notes.push(`${contender}: turned away ${plural(refused, "wake")}, and said so to the thread`);
  }
  return notes;
}
