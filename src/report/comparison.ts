import { compareSeries } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import { formatLatency, plural } from "./format.ts";
import {
  auditFault,
  Caveats,
  faultOf,
  isControl,
  isFloor,
  noiseNote,
  ratioCells,
} from "./notes.ts";

/** A row of a comparison, ready to be shown. */
export type ComparisonRow = {
  readonly approach: string;
  readonly series: Series;
  /** Set when there is nothing to show but what went wrong. */
  readonly fault: string | null;
  readonly relative: string;
  readonly plusMinus: string;
};

/** One placement's table. */
export type Comparison = {
  readonly title: string;
  readonly placement: string;
  readonly rows: readonly ComparisonRow[];
  readonly hasStages: boolean;
  /** What must be known to read the table, a line each. */
  readonly notes: readonly string[];
};

const placementTitles: Readonly<Record<string, string>> = {
  "same-core": "same-core: both threads on one core",
  "cross-core": "cross-core: a core for each thread",
  any: "any: threads are not pinned, the kernel places them",
};

const unparkedWarningShare = 0.1;
/** A backlog that takes longer to clear than so much of the schedule's length is told of. */
const backlogWarningShare = 0.1;
/** And a shorter one is what any program that takes the core for a moment leaves behind. */
const leastBacklogNs = 10e6;

/** The tables of single wakes, one for each placement; open and closed loops share none. */
export function comparisons(results: Results): Comparison[] {
  const wakes = results.series.filter(({ scenario }) => scenario === "wake");
  return groupsOf(wakes).map((all) => {
    const placement = String(all[0]?.params.placement);
    const shown = all.filter((series) => !isControl(series) && !isOtherFloor(series, all));
    const [first] = shown;
    const caveats = new Caveats(shown, caveatOf);
    return {
      title: titleOf(placement, first),
      placement,
      rows: shown.map((series) => rowOf(series, caveats)),
      hasStages: shown.some(({ stages }) => Object.keys(stages).length > 0),
      notes: notesOf(all, shown, caveats),
    };
  });
}

function groupsOf(all: readonly Series[]): Series[][] {
  const groups = Map.groupBy(all, ({ params }) => `${params.placement} ${params.ratePerSecond}`);
  return [...groups.values()];
}

/** Wakes a second of an open loop, or null. */
export function rateOf({ params }: Series): number | null {
  return typeof params.ratePerSecond === "number" ? params.ratePerSecond : null;
}

/** Of the floors only the fastest is a row. */
export function isOtherFloor(series: Series, all: readonly Series[]): boolean {
  if (!isFloor(series)) return false;
  const floors = all.filter((other) => isFloor(other) && !isControl(other));
  const fastest = floors.toSorted(
    (one, other) => (one.summary.p50Ns ?? Infinity) - (other.summary.p50Ns ?? Infinity),
  )[0];
  return series !== fastest;
}

function titleOf(placement: string, series: Series | undefined): string {
  const parts = [placementTitles[placement] ?? placement];
  const rate = series === undefined ? null : rateOf(series);
  if (rate !== null) {
    parts.push(`open loop: ${plural(rate, "wake")} a second, counted from the intended time`);
  }
  if (series?.params.loop === "busy") parts.push("loop busy");
  if (series?.params.spawn === "per-wake") parts.push("a new thread for each wake");
  if (series?.params.before === "sleep") parts.push("thread sleeps before it notifies");
  return parts.join(" · ");
}

function rowOf(series: Series, caveats: Caveats): ComparisonRow {
  const { relative } = series;
  const via = isFloor(series) && series.params.via !== undefined ? ` (${series.params.via})` : "";
  const name = isFloor(series) ? series.contender.replace(/:via=.*/, "") : series.contender;
  const approach = `${name}${via}${caveats.markOf(series)}`;
  const fault = faultOf(series);
  return { approach, series, fault, ...ratioCells(relative) };
}

function caveatOf({ waker }: Series): string | undefined {
  return wakers.find(({ id }) => id === waker)?.traits.caveat;
}

function notesOf(all: readonly Series[], shown: readonly Series[], caveats: Caveats): string[] {
  const notes: string[] = [];
  const control = all.find(isControl);
  const first = shown.find((series) => series.contender === control?.contender);
  if (control !== undefined && first !== undefined) {
    notes.push(noiseNote(first.contender, compareSeries(control, first)));
  }
  const floors = all.filter((series) => isFloor(series) && !isControl(series));
  if (floors.length > 1) {
    const each = floors.map(
      ({ params, summary }) => `${params.via} ${formatLatency(summary.p50Ns)}`,
    );
    notes.push(`floors, p50: ${each.join(", ")}`);
  }
  const harness = Math.max(0, ...shown.map(({ harnessNs }) => harnessNs ?? 0));
  if (harness > 0)
    notes.push(`the two stamps of a wake cost ${Math.round(harness)} ns, not subtracted`);
  if (shown.some(({ stages }) => stages.late !== undefined)) {
    notes.push("Late: from when a wake was due to its notify; it is part of every figure above");
  }
  notes.push(...caveats.notes);
  notes.push(...shown.flatMap(pollNotes), ...shown.flatMap(auditNotes));
  return notes;
}

/** The price of looking again and again. */
function pollNotes({ contender, extra, cost, audit }: Series): string[] {
  if (!polls(extra) || cost.cpuLoopNs === null || audit.received === 0) return [];
  const share = ((100 * cost.cpuLoopNs) / cost.wallNs).toPrecision(2);
  const perWake = formatLatency(cost.cpuLoopNs / audit.received);
  return [`${contender}: ${perWake} of loop CPU per wake, ${share} % of the time`];
}

function polls(extra: Series["extra"]): boolean {
  return extra.pollPeriodNs !== undefined;
}

function auditNotes(series: Series): string[] {
  const { audit, contender, params, extra } = series;
  const notes = auditFault(series);
  const areLeftOut = params.loop === "idle" && !polls(extra);
  if (areLeftOut && audit.unparked > unparkedWarningShare * audit.sent) {
    const share = Math.round((100 * audit.unparked) / audit.sent);
    notes.push(
      `! ${contender}: ${share} % of its wakes found the loop awake and are left out; use a longer --gap`,
    );
  }
  const settleNs = Number(series.extra.settleNs ?? 0);
  if (settleNs > Math.max(leastBacklogNs, backlogWarningShare * scheduleNs(series))) {
    notes.push(
      `! ${contender}: could not keep up; half of its rounds took ${formatLatency(settleNs)} or more to clear what was left`,
    );
  }
  return notes;
}

/** How long the schedule of a round was; without end in a closed loop. */
function scheduleNs(series: Series): number {
  const rate = rateOf(series);
  if (rate === null) return Number.POSITIVE_INFINITY;
  return (series.audit.sent / Math.max(1, series.rounds.length) / rate) * 1e9;
}
