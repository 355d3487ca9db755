import type { Results, Series } from "../../results/schema.ts";
import type { WorkloadId } from "../../scenarios/workload-job.ts";
import type { WorkloadFace } from "../workload-face.ts";
import { workloadFaces } from "../workload-faces.ts";
import type { BarRow, BarsChart, Unit } from "./kinds.ts";
import {
  cellLabel,
  type Palette,
  roundedOrNull,
  roundedPair,
  rowOf,
  shownOf,
  tellEnds,
} from "./rows.ts";
import { formatInterval, formatUnit } from "./units.ts";

const usualRange = "95 % interval";

/** What a chart of a workload shows of each series. */
export type Figure = {
  readonly part: string;
  amountOf(series: Series): number | null;
  intervalOf?(series: Series): readonly [number, number] | null;
  /** What the interval is called in the table; absent: `95 % interval`. */
  readonly rangeName?: string;
};

/** A chart of a workload. */
export type BarsPlan = {
  readonly id: string;
  readonly scenario: WorkloadId;
  readonly title: string;
  readonly subtitle: string;
  readonly axis: string;
  readonly unit: Unit;
  readonly shape: "bars" | "points";
  readonly isScaleShared: boolean;
  readonly figures: readonly Figure[];
  /** A sign behind the figure of a row, which the subtitle explains; absent: none has any. */
  markOf?(series: Series): string;
  /** Of a series: whether it is in this chart; absent: all are. */
  isShown?(series: Series): boolean;
};

/** The chart, or none where nothing of it was run. */
export function barsOf(results: Results, plan: BarsPlan, palette: Palette): BarsChart[] {
  const face = workloadFaces.find(({ scenario }) => scenario === plan.scenario);
  const all = results.series.filter(({ scenario }) => scenario === plan.scenario);
  const shown = shownOf(all).filter((one) => plan.isShown?.(one) ?? true);
  if (face === undefined || shown.length === 0) return [];
  const tables = [...Map.groupBy(shown, ({ params }) => String(params.table ?? ""))];
  const { id, scenario, title, subtitle, axis, unit, shape, isScaleShared } = plan;
  const groups = tables.map(([table, own]) => ({
    title: face.tableTitle(table, own),
    rows: own.map((one) => barRowOf(one, plan, palette)),
  }));
  return [
    {
      id,
      kind: "bars",
      scenario,
      title,
      subtitle,
      description: groups.map((group) => tellGroup(group, unit)).join(" "),
      cells: cellsOf(face, tables, plan),
      data: {
        shape,
        axis,
        unit,
        isScaleShared,
        parts: plan.figures.map(({ part }) => part),
        markName: null,
        intervalName: plan.figures[0]?.rangeName ?? usualRange,
        groups,
      },
    },
  ];
}

function tellGroup(
  { title, rows }: { readonly title: string; readonly rows: readonly BarRow[] },
  unit: Unit,
): string {
  const told = rows.map((row) => ({ row, amount: row.amounts.at(0) ?? null }));
  return `${title === "" ? "" : `${title}: `}${tellEnds(told, unit)}`;
}

function barRowOf(series: Series, plan: BarsPlan, palette: Palette): BarRow {
  const amounts = plan.figures.map(({ amountOf }) => roundedOrNull(amountOf(series)));
  const intervals = plan.figures.map((figure) => roundedPair(figure.intervalOf?.(series)));
  const mark = plan.markOf?.(series) ?? "";
  const note = mark === "" ? null : `${formatUnit(plan.unit, amounts[0] ?? null)}${mark}`;
  return { ...rowOf(series, palette), amounts, intervals, mark: null, note };
}

function cellsOf(
  face: WorkloadFace,
  tables: readonly (readonly [string, readonly Series[]])[],
  { figures, unit, markOf }: BarsPlan,
): string[][] {
  const isGrouped = tables.length > 1;
  const header = [
    ...(isGrouped ? ["Case"] : []),
    face.rowTitle,
    ...figures.flatMap(({ part, intervalOf, rangeName = usualRange }) =>
      intervalOf === undefined ? [part] : [part, rangeName],
    ),
  ];
  const rows = tables.flatMap(([table, own]) =>
    own.map((series) => [
      ...(isGrouped ? [face.tableTitle(table, own)] : []),
      cellLabel(series),
      ...figures.flatMap(({ amountOf, intervalOf }) => {
        const cell = `${formatUnit(unit, amountOf(series))}${markOf?.(series) ?? ""}`;
        return intervalOf === undefined ? [cell] : [cell, formatInterval(unit, intervalOf(series))];
      }),
    ]),
  );
  return [header, ...rows];
}
