import { compareDeciding } from "../results/compare-series.ts";
import type { Results, Series } from "../results/schema.ts";
import type { WorkloadId } from "../scenarios/workload-job.ts";
import { workloadWords } from "../scenarios/workload-words.ts";
import { medianOf } from "../stats/percentile.ts";
import { formatLatency } from "./format.ts";
import { auditFault, Caveats, faultOf, isControl, noiseNote, ratioCells } from "./notes.ts";
import type { BarPlot } from "./plots/bar-plot.ts";
import { decidingBar } from "./plots/series-bars.ts";
import type { WorkloadFace } from "./workload-face.ts";
import { workloadFaces } from "./workload-faces.ts";

/** Rows that are compared with one another. Cells have their header first. */
export type WorkloadSection = {
  /** Empty: it has none. */
  readonly title: string;
  readonly cells: string[][];
  /** What decides between the rows. */
  readonly bars: BarPlot;
  /** What must be known to read the table, a line each; faults begin with "!". */
  readonly notes: readonly string[];
};

/** Everything about one workload of a run. */
export type Workload = {
  readonly scenario: WorkloadId;
  readonly title: string;
  readonly sections: readonly WorkloadSection[];
  readonly notes: readonly string[];
};

/** The tables of all workloads that were run. */
export function workloads(results: Results): Workload[] {
  return workloadFaces.flatMap((face) => {
    const own = results.series.filter(({ scenario }) => scenario === face.scenario);
    return own.length === 0 ? [] : [workloadOf(face, own)];
  });
}

/** What the verdicts of all workloads come to, and what belongs to no contender alone. */
export function concludeWorkloads(results: Results): {
  readonly sentences: readonly string[];
  readonly guidance: readonly string[];
  /** What their output ends with. */
  readonly summaries: readonly string[];
  /** What their contenders are called, as `list` names them. */
  readonly kinds: readonly string[];
} {
  const told = workloadFaces.flatMap((face) => {
    const own = results.series.filter(({ scenario }) => scenario === face.scenario);
    return own.length === 0 ? [] : [{ face, own }];
  });
  return {
    sentences: told.flatMap(({ face, own }) => face.verdict(own.filter(isShown)) ?? []),
    guidance: told.flatMap(({ face }) => face.guidance),
    summaries: told.flatMap(({ face, own }) => face.summary?.(own.filter(isShown)) ?? []),
    kinds: [...new Set(told.map(({ face }) => workloadWords[face.scenario].contenders))],
  };
}

function isShown(series: Series): boolean {
  return !isControl(series);
}

/** @param series of one scenario */
export function workloadOf(face: WorkloadFace, series: readonly Series[]): Workload {
  const caveats = new Caveats(series.filter(isShown), (one) => face.caveatOf(one));
  const tables = Map.groupBy(series, ({ params }) => String(params.table ?? ""));
  return {
    scenario: face.scenario,
    title: face.title,
    sections: [...tables].map(([table, own]) => sectionOf(face, table, own, caveats)),
    notes: [...relativeNotes(face, series), ...stampNotes(series), ...caveats.notes],
  };
}

function sectionOf(
  face: WorkloadFace,
  table: string,
  series: readonly Series[],
  caveats: Caveats,
): WorkloadSection {
  const shown = series.filter(isShown);
  const columns = face.columns(table);
  const header = [face.rowTitle, ...columns.map(({ title }) => title), "Relative", "±"];
  const rows = shown.map((one) => {
    const { relative, plusMinus } = ratioCells(one.relative);
    return [
      `${nameOf(one, shown)}${caveats.markOf(one)}`,
      ...columns.map((column) => column.cell(one)),
      relative,
      plusMinus,
    ];
  });
  return {
    title: face.tableTitle(table, shown),
    cells: [header, ...rows],
    bars: {
      title: decidingWords(face, shown),
      better: "less",
      panels: [table],
      rows: shown.map((one) => ({
        label: `${nameOf(one, shown)}${caveats.markOf(one)}`,
        cells: [decidingBar(one)],
      })),
      format: formatLatency,
    },
    notes: [...faultLines(face, series, shown), ...face.notes(table, shown), ...noiseNotes(series)],
  };
}

/** With its case, where a contender has several of them in one table. */
function nameOf(series: Series, shown: readonly Series[]): string {
  const { contender, params } = series;
  const isOnly = shown.filter((other) => other.contender === contender).length < 2;
  return isOnly || params.case === undefined ? contender : `${contender}, ${params.case}`;
}

/** What went wrong, once for all rows of which it is the same, and what went astray. */
function faultLines(
  { scenario }: WorkloadFace,
  series: readonly Series[],
  shown: readonly Series[],
): string[] {
  const nameIt = (one: Series) =>
    isControl(one) ? `${one.contender} (control)` : nameOf(one, shown);
  const faults = Map.groupBy(series, faultOf);
  const { noun } = workloadWords[scenario];
  return [
    ...[...faults].flatMap(([fault, own]) =>
      fault === null ? [] : [`! ${own.map(nameIt).join(", ")}: ${fault}`],
    ),
    ...series.flatMap((one) => auditFault({ ...one, contender: nameIt(one) }, noun)),
  ];
}

function noiseNotes(series: readonly Series[]): string[] {
  const control = series.find(isControl);
  const first = series.find((one) => isShown(one) && one.contender === control?.contender);
  if (control === undefined || first === undefined) return [];
  return [noiseNote(first.contender, compareDeciding(control, first))];
}

/** What decides between them, in words. */
function decidingWords({ scenario }: WorkloadFace, series: readonly Series[]): string {
  const words = workloadWords[scenario];
  const isOnSchedule = series.some(({ params }) => params.ratePerSecond !== undefined);
  return (isOnSchedule ? words.decidingOnSchedule : undefined) ?? words.deciding;
}

/** What the ratios are to: each table has the reference of its own rows. */
function relativeNotes(face: WorkloadFace, series: readonly Series[]): string[] {
  const references = [...new Set(series.flatMap(({ relative }) => relative?.to ?? []))];
  if (references.length === 0) return [];
  const [last, ...others] = references.toReversed();
  const named = [others.toReversed().join(", "), last].filter(Boolean).join(" or ");
  const isWide = series.some(({ relative }) => ratioCells(relative).plusMinus === "wide");
  const wide = isWide ? ", wide: more than ten times the ratio, which tells nothing" : "";
  return [
    `Relative: ${decidingWords(face, series)} over that of ${named}, above 1 is slower; ±: half of its 95 % interval${wide}`,
  ];
}

/** The median of the rows: one that was disturbed while it was asked says nothing of the others. */
function stampNotes(series: readonly Series[]): string[] {
  const harnessNs = medianOf(series.flatMap((one) => one.harnessNs ?? []));
  if (harnessNs === null) return [];
  return [`the two stamps of a sample cost ${Math.round(harnessNs)} ns, not subtracted`];
}
