import { burningCatalogue } from "../libraries/burning.ts";
import { compareDeciding } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { formatLatency, formatTimes, plural } from "./format.ts";
import { cpuColumn, lateNote, latencyColumn, peakColumn, rateColumn } from "./task-cells.ts";
import type { WorkloadColumn, WorkloadFace } from "./workload-face.ts";

export const mixedFace: WorkloadFace = {
  scenario: "mixed",
  title: "Mixed: what operations that compute do to those that wait",
  rowTitle: "Library",
  tableTitle(table, [first]) {
    if (first === undefined) return `${table} % burn`;
    const { workers, operations, meanSleepNs, burnNs } = first.params;
    const made = `${plural(Number(workers), "worker")} × ${plural(Number(operations), "operation")}`;
    const burn = `${table} % of them then burn ${formatLatency(Number(burnNs))}`;
    return `${made}, each sleeps ${formatLatency(Number(meanSleepNs))} on average, ${burn}`;
  },
  columns: () => [
    rateColumn("Ops/s", "operationsPerSecond"),
    { ...latencyColumn("p50"), title: "Others p50" },
    tailColumn("Others p99", "othersP99Ns", ({ summary }) => summary.count),
    tailColumn("Late p99", "lateP99Ns", ({ stages }) => stages.late?.count ?? 0),
    { title: "Burning p50", cell: ({ stages }) => formatLatency(stages.burn?.p50Ns ?? null) },
    tailColumn("Burning p99", "burnP99Ns", ({ stages }) => stages.burn?.count ?? 0),
    cpuColumn("CPU/op"),
    peakColumn,
  ],
  caveatOf: ({ waker }) => burningCatalogue.all.find(({ id }) => id === waker)?.caveat,
  notes: (_table, shown) => [...columnNotes(shown), ...busyNotes(shown), ...earlyNotes(shown)],
  verdict: verdictOf,
  guidance: [
    "On the loop: computing that takes less than the lateness you allow everybody else. It needs no thread, and no call.",
    "On a native thread (burn=thread, wakerbench/dispatch): computing that your native library does. The loop pays a few microseconds a call.",
    "In a Worker (burn=worker, DedicatedWorker): computing that is JavaScript. It costs a runtime's memory, and arguments are copied.",
    "One thread computes one thing at a time: where the share is so great that it never rests, only more of them help.",
  ],
};

/** Rule 6 of measurement, of a percentile that each round has for itself: samples above it, and rounds. */
const fewest = { above: 10, rounds: 3 } as const;

/**
 * A p99 within each round, the median of the rounds. Operations of one round have the same queue before them: of
 * all rounds together the slowest alone would be the tail.
 */
function tailColumn(
  title: string,
  level: "othersP99Ns" | "lateP99Ns" | "burnP99Ns",
  countOf: (series: Series) => number,
): WorkloadColumn {
  return {
    title,
    cell(series) {
      const isTold = series.rounds.length >= fewest.rounds && countOf(series) / 100 >= fewest.above;
      return formatLatency(isTold ? numberOf(series.extra[level]) : null);
    },
  };
}

function columnNotes(shown: readonly Series[]): string[] {
  const sleepNs = shown.flatMap(({ extra }) => numberOf(extra.sleepP99Ns) ?? [])[0];
  const isMoved = ({ params }: Series) => params.burn !== undefined && params.burn !== "loop";
  return [
    ...(sleepNs === undefined
      ? []
      : [
          `Others: operations that do not burn; the p99 of their sleeps alone is ${formatLatency(sleepNs)}`,
        ]),
    "p99: within a round; the median of the rounds",
    lateNote,
    "Burning: from the begin of the sleep to the end of the burning, with the wait for its turn",
    ...(shown.some(isMoved)
      ? [
          "threads are not pinned: the kernel may put the one that burns on the loop's core, and moves it as it likes",
        ]
      : []),
  ];
}

/** From this share of the time on, what comes to burn finds somebody before it more often than not. */
const busyShare = 0.5;

/** Where the one place that burns is the bottleneck, those that burn wait for each other wherever it is. */
function busyNotes(shown: readonly Series[]): string[] {
  const shares = shown.map(burningShareOf).filter((share) => share >= busyShare);
  if (shares.length === 0) return [];
  const percents = [Math.min(...shares), Math.max(...shares)].map((share) =>
    Math.round(100 * share),
  );
  const range = [...new Set(percents)].join(" to ");
  return [
    `where one thread burns it did so for ${range} % of the time: who wants to burn waits for its turn, and makes no other operations`,
  ];
}

/** CPU time that was burned over the time that one thread had for it; 0 where several have burned. */
function burningShareOf({ extra, cost, waker }: Series): number {
  const burnedNs = numberOf(extra.burnCpuNs) ?? 0;
  return waker === "workers" || cost.wallNs === 0 ? 0 : burnedNs / cost.wallNs;
}

function earlyNotes(shown: readonly Series[]): string[] {
  const shares = shown.flatMap(({ extra, summary }) =>
    summary.count > 0 ? [Number(extra.earlySleeps ?? 0) / summary.count] : [],
  );
  const most = Math.max(0, ...shares);
  if (most === 0) return [];
  return [
    `up to ${(100 * most).toFixed(most < 0.1 ? 1 : 0)} % of the sleeps ended before they were due, and count as 0 late: this runtime's timers know whole milliseconds`,
  ];
}

const placeWords: Readonly<Record<string, string>> = {
  thread: "a native thread",
  worker: "a Worker",
};

/** Of the share nearest to this, percent, the sentence is: at one half everything is slow. */
const toldShare = 10;

/** What moving the burning is worth to the first library that was measured with and without. */
function verdictOf(all: readonly Series[]): string | null {
  const burning = all.filter(({ params }) => Number(params.burnShare) > 0);
  const tables = [...new Set(burning.map(({ params }) => String(params.table)))];
  const distance = (table: string) => Math.abs(Number(table) - toldShare);
  const ranked = tables.toSorted((one, other) => distance(one) - distance(other));
  for (const table of ranked) {
    const told = tradeOf(all.filter(({ params }) => String(params.table) === table));
    if (told !== null) return told;
  }
  return null;
}

function tradeOf(shown: readonly Series[]): string | null {
  const sound = shown.filter(({ status, audit }) => status === "ok" && (audit.mistaken ?? 0) === 0);
  const placeOf = ({ params }: Series) => String(params.burn ?? "loop");
  const base = sound.find(
    (series) =>
      series.waker !== "workers" &&
      placeOf(series) === "loop" &&
      sound.some((other) => other.waker === series.waker && placeOf(other) !== "loop"),
  );
  if (base === undefined) return null;
  const moved = sound.filter((one) => one.waker === base.waker && placeOf(one) !== "loop");
  const told = moved.map((series) => effectOf(series, base, placeWords[placeOf(series)] ?? ""));
  const { burnNs, burnShare } = base.params;
  const percent = `${Number((100 * Number(burnShare)).toPrecision(3))} %`;
  return `With ${percent} of the operations burning ${formatLatency(Number(burnNs))} on the loop, the others' p99 is ${p99Of(base)} (${base.waker}; their sleeps alone: ${formatLatency(numberOf(base.extra.sleepP99Ns))}). ${told.join(" ")}`;
}

function effectOf(moved: Series, base: Series, place: string): string {
  const paired = compareDeciding(moved, base);
  const subject = `Moving that to ${place}`;
  if (paired === null) return `${subject}: too few rounds to tell.`;
  switch (paired.verdict) {
    case "faster":
      return `${subject} cuts it to ${p99Of(moved)}, by ${formatTimes(1 / paired.ratio)}.`;
    case "slower":
      return `${subject} raises it to ${p99Of(moved)}, ${formatTimes(paired.ratio)} as much.`;
    case "no difference seen":
      return `${subject} makes no difference that was seen (${p99Of(moved)}).`;
  }
}

/** As the table has it. */
function p99Of({ extra }: Series): string {
  return formatLatency(numberOf(extra.othersP99Ns));
}

function numberOf(told: Series["extra"][string] | undefined): number | null {
  return typeof told === "number" ? told : null;
}
