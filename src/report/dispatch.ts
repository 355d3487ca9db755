import { dispatchers } from "../dispatchers/index.ts";
import { formatDuration } from "../duration.ts";
import type { Results, Series } from "../results/schema.ts";
import { dispatchNotes } from "./dispatch-notes.ts";
import { areOverlapping, callSeries, callsOf, isPlain, nsPerCall } from "./dispatch-series.ts";
import { formatAmount, formatCount, formatLatency, formatMicros } from "./format.ts";
import { Caveats, ratioCells } from "./notes.ts";
import type { BarPlot } from "./plots/bar-plot.ts";
import { callBar, rateBar } from "./plots/series-bars.ts";

/** Calls in one placement. Cells have their header first. */
export type DispatchSection = {
  readonly title: string;
  readonly calls: string[][];
  /** What a signal, a timeout or an exception costs; null where no case was measured. */
  readonly cases: string[][] | null;
  /** How the calls ended; null where all were answered. */
  readonly endings: string[][] | null;
  /** What must be known to read the tables, a line each; faults begin with "!". */
  readonly notes: readonly string[];
};

/** Everything about the calls of a run. */
export type Dispatch = {
  readonly title: string;
  readonly sections: readonly DispatchSection[];
  /** How long a call takes, or how many come through, a panel for each placement. */
  readonly bars: BarPlot;
  /** How long each takes to start and to stop, which is no part of what stands above. */
  readonly life: string[][];
  readonly notes: readonly string[];
};

const placementTitles: Readonly<Record<string, string>> = {
  "same-core": "same-core: loop and worker on one core",
  "cross-core": "cross-core: a core for each",
  any: "any: threads are not pinned, the kernel places them",
};

/** The tables of calls: one group for each number in flight and each work. */
export function dispatches(results: Results): Dispatch[] {
  return callGroups(results).map(dispatchOf);
}

/** Calls that were given the same, for each number in flight and each work; cases stand with the first. */
export function callGroups(results: Results): Series[][] {
  const groups = Map.groupBy(callSeries(results), ({ params }) => {
    const { inFlight, work, timeoutEachNs, cancelRate, throwRate } = params;
    // A case changes what its calls are given, and belongs to the calls that it was measured with.
    return params.case === undefined
      ? JSON.stringify([inFlight, work, timeoutEachNs, cancelRate, throwRate])
      : "cases";
  });
  const cases = groups.get("cases") ?? [];
  groups.delete("cases");
  return [...groups.values()].map((plain, index) => [...plain, ...(index === 0 ? cases : [])]);
}

function dispatchOf(series: readonly Series[]): Dispatch {
  const placements = [...new Set(series.map(({ params }) => String(params.placement)))];
  const plain = series.filter(isPlain);
  const [first] = plain;
  const caveats = new Caveats(plain, caveatOf);
  return {
    title: first === undefined ? "Calls" : callsTitle(first),
    sections: placements.map((placement) =>
      sectionOf(
        placement,
        series.filter(({ params }) => params.placement === placement),
        caveats,
      ),
    ),
    bars: barsOf(plain, placements, caveats),
    life: lifeOf(plain, placements),
    notes: [
      "Start: from opening until the first answer; neither it nor Stop is part of what stands above",
      "Wall and Cpu: seconds for all calls; CpuTotal is the process's own figure",
      ...relativeNotes(series),
      ...caveats.notes,
    ],
  };
}

/** What the ratios are to. Each placement may have a floor of its own that is the faster one. */
function relativeNotes(series: readonly Series[]): string[] {
  const plain = series.filter(isPlain);
  const references = [...new Set(plain.flatMap(({ relative }) => relative?.to ?? []))];
  if (references.length === 0) return [];
  const slower = "above 1 is slower; ±: half of its 95 % interval";
  return [
    `Relative: time per call over that of ${references.join(" or ")}, ${slower}`,
    ...(series.some(({ params }) => params.case !== undefined)
      ? ["Of plain: time per call over that of the same contender's calls without"]
      : []),
  ];
}

/** `30,000 calls to each, one at a time`: what the calls of a series were given. */
export function callsTitle({ params }: Series): string {
  const { work, inFlight, timeoutEachNs } = params;
  const percent = (share: unknown) => `${Number((100 * Number(share)).toPrecision(3))} %`;
  const parts = [`${formatCount(Number(params.count))} calls to each`];
  parts.push(Number(inFlight) === 1 ? "one at a time" : `${inFlight} in flight`);
  if (work === "sqlite") parts.push("each a query to SQLite");
  else if (work === "yield") parts.push("each gives the core away once");
  else if (work !== "0") parts.push(`each works ${work}`);
  if (timeoutEachNs !== undefined) {
    parts.push(`each with a timeout of ${formatDuration(Number(timeoutEachNs))}`);
  }
  if (Number(params.cancelRate) > 0) parts.push(`${percent(params.cancelRate)} are cancelled`);
  if (Number(params.throwRate) > 0) parts.push(`${percent(params.throwRate)} throw`);
  return parts.join(", ");
}

function sectionOf(
  placement: string,
  series: readonly Series[],
  caveats: Caveats,
): DispatchSection {
  const plain = series.filter(isPlain);
  return {
    title: placementTitles[placement] ?? placement,
    calls: callCells(plain, caveats),
    cases: caseCells(series),
    endings: endingCells(plain),
    notes: [...dispatchNotes(series), ...expiryNote(series), ...noWorkNote(series)],
  };
}

function caveatOf({ waker }: Series): string | undefined {
  return dispatchers.find(({ id }) => id === waker)?.caveat;
}

const decimals = { least: 3, most: 6 } as const;

/** So many decimals for all seconds of a table that the least wall time has three digits. */
function decimalsFor(wallsS: readonly number[]): number {
  const least = Math.min(...wallsS.filter((wallS) => wallS > 0));
  if (!Number.isFinite(least)) return decimals.least;
  const wanted = 2 - Math.floor(Math.log10(least));
  return Math.min(decimals.most, Math.max(decimals.least, wanted));
}

/** Seconds for all calls that were asked for, also where fewer were measured: rows stay comparable. */
function secondsFor({ params }: Series, calls: number, timeNs: number | null): number | null {
  return calls === 0 || timeNs === null ? null : (timeNs / calls / 1e9) * Number(params.count);
}

function callCells(plain: readonly Series[], caveats: Caveats): string[][] {
  const isFast = plain.some(areOverlapping);
  const seconds = plain.map((series) => {
    const { wallNs, cpuProcessNs, cpuLoopNs, cpuWakerNs, cpuOtherNs } = series.cost;
    return [wallNs, cpuProcessNs, cpuLoopNs, cpuWakerNs, cpuOtherNs].map((timeNs) =>
      secondsFor(series, callsOf(series), timeNs),
    );
  });
  const digits = decimalsFor(seconds.map(([wallS]) => wallS ?? 0));
  const header = [
    "Framework",
    "Wall",
    "CpuTotal",
    "CpuEvtLoop",
    "CpuWorker",
    "CpuOther",
    "µs/call",
    ...(isFast ? ["calls/s"] : []),
    "p50",
    "p99",
    "Relative",
    "±",
  ];
  const rows = plain.map((series, index) => {
    const { relative, plusMinus } = ratioCells(series.relative);
    return [
      `${series.contender}${caveats.markOf(series)}`,
      ...(seconds[index] ?? []).map((amount) => amount?.toFixed(digits) ?? "-"),
      formatMicros(nsPerCall(series)),
      ...(isFast ? [formatAmount(series.rates.callsPerSecond?.value ?? null)] : []),
      formatLatency(series.summary.p50Ns),
      formatLatency(series.summary.p99Ns),
      relative,
      plusMinus,
    ];
  });
  return [header, ...rows];
}

function barsOf(
  plain: readonly Series[],
  placements: readonly string[],
  caveats: Caveats,
): BarPlot {
  const isFast = plain.some(areOverlapping);
  const contenders = Map.groupBy(plain, ({ contender }) => contender);
  const barOf = (one: Series) => (isFast ? rateBar(one, "callsPerSecond") : callBar(one));
  return {
    title: isFast ? "calls a second" : "time of a call",
    better: isFast ? "more" : "less",
    panels: placements,
    rows: [...contenders].map(([contender, own]) => ({
      label: own[0] === undefined ? contender : `${contender}${caveats.markOf(own[0])}`,
      cells: placements.map((placement) => {
        const one = own.find(({ params }) => params.placement === placement);
        return one === undefined ? "-" : barOf(one);
      }),
    })),
    format: isFast ? formatAmount : formatLatency,
  };
}

/** A case in words, as they stand behind the contender's name. */
export const caseWords: Readonly<Record<string, string>> = {
  signal: "an AbortSignal each",
  timeout: "a timeout each",
  exception: "each throws",
  cancellation: "each cancelled",
  expiry: "each times out",
};

/** A contender with cases has its plain row first; what does other work has no ratio to it. */
function caseCells(series: readonly Series[]): string[][] | null {
  const cases = series.filter(({ params }) => params.case !== undefined);
  if (cases.length === 0) return null;
  const rows = series.filter(isPlain).flatMap((plain) => {
    const own = cases.filter(({ contender }) => contender === plain.contender);
    if (own.length === 0) return [];
    return [plain, ...own].map((one) => {
      const words = caseWords[String(one.params.case)] ?? one.params.case;
      const same = {
        to: plain.contender,
        ratio: 1,
        interval: [1, 1],
        verdict: "no difference seen",
      };
      const { relative, plusMinus } = ratioCells(
        one !== plain ? one.relative : callsOf(plain) > 0 ? (same as Series["relative"]) : null,
      );
      return [
        one === plain ? plain.contender : `${plain.contender}, ${words}`,
        formatMicros(nsPerCall(one)),
        formatLatency(one.summary.p50Ns),
        formatLatency(one.summary.p99Ns),
        relative,
        plusMinus,
      ];
    });
  });
  return [["What it costs", "µs/call", "p50", "p99", "Of plain", "±"], ...rows];
}

/** What calls that run out of time were given; their work is another, so they have no ratio. */
function expiryNote(series: readonly Series[]): string[] {
  const one = series.find(({ params }) => params.case === "expiry");
  if (one === undefined) return [];
  const { work, timeoutEachNs } = one.params;
  const timeout = formatDuration(Number(timeoutEachNs));
  return [`each times out: each works ${work} on the worker and is given up after ${timeout}`];
}

/** Why what throws has no ratio where calls do something. */
function noWorkNote(series: readonly Series[]): string[] {
  const one = series.find(({ params }) => params.case === "exception");
  if (one === undefined || one.params.work === "0") return [];
  return [
    "each throws, each cancelled: a job that throws does no work, nor does one that never began: no ratio",
  ];
}

function endingCells(plain: readonly Series[]): string[][] | null {
  const names = ["answered", "threw", "cancelled", "timedOut"] as const;
  const isOther = ({ extra }: Series) => names.slice(1).some((name) => Number(extra[name]) > 0);
  if (!plain.some(isOther)) return null;
  return [
    ["How calls ended", "Answered", "Threw", "Cancelled", "Timed out"],
    ...plain.map(({ contender, extra }) => [
      contender,
      ...names.map((name) => formatCount(Number(extra[name] ?? 0))),
    ]),
  ];
}

function lifeOf(plain: readonly Series[], placements: readonly string[]): string[][] {
  const names = [...new Set(plain.map(({ contender }) => contender))];
  const header = placements.flatMap((placement) =>
    placements.length > 1 ? [`Start ${placement}`, "Stop"] : ["Start", "Stop"],
  );
  const rows = names.map((name) => [
    name,
    ...placements.flatMap((placement) => {
      const one = plain.find(
        ({ contender, params }) => contender === name && params.placement === placement,
      );
      return [one?.extra.startNs, one?.extra.stopNs].map((timeNs) =>
        formatLatency(typeof timeNs === "number" ? timeNs : null),
      );
    }),
  ]);
  return [["Not counted", ...header], ...rows];
}
