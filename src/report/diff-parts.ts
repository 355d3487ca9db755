import { decidingWords } from "../diff/figures.ts";
import type { MetricId } from "../diff/metric-ids.ts";
import type { Absent, Diff, DiffFigure, DiffRow, DiffSummary } from "../diff/schema.ts";
import { formatAmount, formatBytes, formatLatency, formatRatio, plural } from "./format.ts";
import type { TableGroup } from "./table-groups.ts";

/** A group of tables for each scenario, for the terminal and Markdown. */
export function diffGroups({ rows, summaries }: Diff): TableGroup[] {
  return summaries.map((summary) => {
    const { scenario } = summary;
    const own = rows.filter((row) => row.scenario === scenario);
    const faults = own.flatMap((row) =>
      row.error === null ? [] : [{ approach: nameOf(row), fault: `${faultOf(row)}: ${row.error}` }],
    );
    const block = { title: "", grids: [diffCells(own)], faults, notes: [summaryLine(summary)] };
    return { scenario, title: titleOf(own), blocks: [block] };
  });
}

/** Where rows of a schedule stand beside others, what decides is told of the first. */
function titleOf([first]: readonly DiffRow[]): string {
  return first === undefined ? "" : `${first.scenario}: ${decidingWords(first)} decides`;
}

type Column = { readonly title: string; cell(row: DiffRow): string };

/** Columns of figures that do not decide: what they changed by, where that was seen. */
const furtherMetrics = ["p50", "p90", "p99", "p99.9", "mean", "memory"] as const;

const columns: readonly Column[] = [
  // With its place, since a table that is cut into several repeats the first column alone.
  { title: "Contender", cell: nameOf },
  { title: "Base", cell: (row) => formatFigure(decidingOf(row), "base") },
  { title: "New", cell: (row) => formatFigure(decidingOf(row), "new") },
  { title: "Ratio", cell: (row) => formatRatioOf(decidingOf(row)) },
  { title: "95 %", cell: (row) => formatInterval(decidingOf(row)) },
  { title: "Verdict", cell: verdictOf },
  ...furtherMetrics.map((metric) => ({
    title: columnTitle(metric),
    cell: (row: DiffRow) => changeCell(metric, row),
  })),
];

const nothing = "-";

function columnTitle(metric: (typeof furtherMetrics)[number]): string {
  return /^p\d/.test(metric) ? metric : `${metric.slice(0, 1).toUpperCase()}${metric.slice(1)}`;
}

/** The cells of some rows, header first; columns in which there is nothing are left out. */
export function diffCells(rows: readonly DiffRow[]): string[][] {
  const shown = columns.filter(
    ({ cell }, index) => index === 0 || rows.some((row) => cell(row) !== nothing),
  );
  return [
    shown.map(({ title }) => title),
    ...rows.map((row) => shown.map(({ cell }) => cell(row))),
  ];
}

function changeCell(metric: MetricId, row: DiffRow): string {
  // The median decides of single wakes, and stands in the columns before.
  if (metric === "p50" && decidingWords(row) === "p50") return nothing;
  const figure = row.figures.find((one) => one.metric === metric);
  if (figure === undefined) return nothing;
  if (figure.change === null) return "?";
  return figure.change === "none" ? "~" : formatRatio(figure.ratio);
}

function verdictOf(row: DiffRow): string {
  return faultOf(row) ?? row.verdict ?? "cannot tell";
}

const faults = { new: "fails now", gone: "fails no more", both: "fails in both" } as const;

function faultOf({ fault }: DiffRow): string | null {
  return fault === null ? null : faults[fault];
}

function decidingOf({ figures }: DiffRow): DiffFigure | undefined {
  return figures.find(({ metric }) => metric === "deciding");
}

function formatFigure(figure: DiffFigure | undefined, side: "base" | "new"): string {
  if (figure === undefined) return nothing;
  if (figure.unit === "bytes") return formatBytes(figure[side]);
  if (figure.unit === "ns") return formatLatency(figure[side]);
  return `${formatAmount(figure[side])}/s`;
}

function formatRatioOf(figure: DiffFigure | undefined): string {
  return figure === undefined ? nothing : formatRatio(figure.ratio);
}

function formatInterval(figure: DiffFigure | undefined): string {
  if (figure === undefined || figure.interval === null) return nothing;
  const [low, high] = figure.interval;
  return `${formatEnd(low)}–${formatEnd(high)}`;
}

/** Of two rounds little can be said, and it needs no digits. */
function formatEnd(ratio: number): string {
  if (ratio < 0.01) return "<0.01";
  if (ratio >= 1_000) return ">1000";
  return ratio.toFixed(ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2);
}

/** A row by its contender and place, as it stands in a sentence. */
export function nameOf({ contender, place }: Pick<DiffRow, "contender" | "place">): string {
  return place === "" ? contender : `${contender} (${place})`;
}

function summaryLine({ rows, faster, slower, unseen, untold, ratio }: DiffSummary): string {
  const told = [
    `${slower} slower`,
    `${faster} faster`,
    `${unseen} no difference seen`,
    ...(untold === 0 ? [] : [`${untold} cannot be told`]),
  ];
  const mean = ratio === null ? "" : `; geometric mean of the ratios ${formatRatio(ratio)}`;
  return `${plural(rows, "row")}: ${told.join(", ")}${mean}`;
}

/** The outcome in one line. */
export function headline(diff: Diff): string {
  const fired = diff.limits.filter((limit) => limit.fired.length > 0);
  const broken = fired.map(
    ({ written, fired: rows }) => `${written} broken in ${plural(rows.length, "row")}`,
  );
  const further = diff.rows.filter(changesElsewhere).length;
  if (broken.length === 0 && further > 0 && !diff.rows.some(changesByWhatDecides)) {
    return `by what decides ${changesLine(diff)}; other figures differ in ${further}`;
  }
  if (broken.length === 0) return changesLine(diff);
  // A tail may be broken where nothing that decides is any different.
  return `${broken.join("; ")}; by what decides ${changesLine(diff)}`;
}

function changesElsewhere(row: DiffRow): boolean {
  return furtherMetrics.some((metric) => changeCell(metric, row).includes("×"));
}

function changesByWhatDecides({ fault, verdict }: DiffRow): boolean {
  return fault !== null || verdict === "faster" || verdict === "slower";
}

function changesLine({ rows, summaries }: Diff): string {
  const sum = (pick: (summary: DiffSummary) => number) =>
    summaries.reduce((all, summary) => all + pick(summary), 0);
  const slower = sum((summary) => summary.slower);
  const faster = sum((summary) => summary.faster);
  const unseen = sum((summary) => summary.unseen);
  const failing = rows.filter(({ fault }) => fault === "new").length;
  const mended = rows.filter(({ fault }) => fault === "gone").length;
  const all = plural(rows.length, "row");
  if (slower + faster + failing + mended === 0) {
    if (unseen === 0) return `none of ${all} can be told`;
    return unseen === rows.length
      ? `no difference seen in ${all}`
      : `no difference seen in ${unseen} of ${all}`;
  }
  const told = [
    ...(failing === 0 ? [] : [`${failing} fail${failing === 1 ? "s" : ""} now`]),
    ...(mended === 0 ? [] : [`${mended} fail${mended === 1 ? "s" : ""} no more`]),
    ...(slower === 0 ? [] : [`${slower} slower`]),
    ...(faster === 0 ? [] : [`${faster} faster`]),
  ];
  return `of ${all} ${told.join(", ")}`;
}

/** Rows that a limit is broken by, a line each: which limit, which row, and its figures. */
export function firingLines(diff: Diff): { readonly limit: string; readonly text: string }[] {
  return diff.limits.flatMap(({ written, metric, fired }) =>
    fired.flatMap((index) => {
      const row = diff.rows[index];
      if (row === undefined) return [];
      const named = `${row.scenario} ${nameOf(row)}`;
      return [{ limit: written, text: `${named}: ${evidenceOf(metric, row)}` }];
    }),
  );
}

function evidenceOf(metric: MetricId | "failed", row: DiffRow): string {
  if (metric === "failed") return row.error ?? "fails now";
  const figure = row.figures.find((one) => one.metric === metric);
  const called = metric === "deciding" ? decidingWords(row) : metric;
  const change = `${formatFigure(figure, "base")} to ${formatFigure(figure, "new")}`;
  return `${called} ${change}, ${formatRatioOf(figure)} (${formatInterval(figure)})`;
}

/** What became of each limit; one that no row could decide is no green, and is marked. */
export function limitNotes({ limits }: Diff): string[] {
  return limits.map(({ written, metric, fired, held, undecided, untold }) => {
    const why = [
      ...(undecided === 0
        ? []
        : [`${undecided} could not tell (their intervals are wider than the limit allows)`]),
      ...(untold === 0 ? [] : [`${untold} without ${metric === "failed" ? "a status" : metric}`]),
    ];
    if (fired.length + held === 0) {
      const reason = why.length === 0 ? "there is no such row" : why.join(", ");
      return `! ${written}: NO row could decide it: ${reason}; measure longer, this says nothing`;
    }
    const holds =
      fired.length === 0 ? "broken in no row" : `broken in ${plural(fired.length, "row")}`;
    return `${written} ${[holds, `${held} within it`, ...why].join(", ")}`;
  });
}

/** From so many rows on some of them may well look changed by chance. */
const manyRows = 20;

/** What must be known to read the whole. */
export function diffNotes(diff: Diff): string[] {
  const compared = diff.rows.filter(({ verdict }) => verdict !== null).length;
  const cells = diff.rows.flatMap((row) => furtherMetrics.map((metric) => changeCell(metric, row)));
  return [
    ...diff.differences.map((difference) => `! compared anyway: ${difference}`),
    ...absentNotes("BASE", diff.onlyInBase),
    ...absentNotes("NEW", diff.onlyInNew),
    ...diff.notes,
    ...(cells.includes("~")
      ? ["~ no difference seen; a ratio is new / base, above 1 is more"]
      : []),
    ...(cells.includes("?") ? ["? its noise cannot be told from one run"] : []),
    ...(compared < manyRows || diff.isSameRun
      ? []
      : [
          `each interval is 95 %: of ${plural(compared, "row")} without any difference up to ${Math.round(compared / 20)} may look as if there was one`,
        ]),
  ];
}

function absentNotes(side: "BASE" | "NEW", absent: readonly Absent[]): string[] {
  const groups = Map.groupBy(absent, ({ scenario }) => scenario);
  return [...groups].map(
    ([scenario, own]) => `only in ${side}: ${scenario} ${own.map(nameOf).join(", ")}`,
  );
}
