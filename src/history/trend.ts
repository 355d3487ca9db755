import type { SQL } from "bun";
import { median } from "simple-statistics";
import * as z from "zod";
import { settingOf } from "../diff/comparable.ts";
import { compareFigures, type Figure, figureOf } from "../diff/figures.ts";
import type { MetricId } from "../diff/metric-ids.ts";
import { placeOfRow } from "../diff/place.ts";
import type { DiffFigure } from "../diff/schema.ts";
import { type Series, statusSchema } from "../results/schema.ts";
import { canonicalJson } from "./canonical.ts";
import { loadResults } from "./runs.ts";

export type TrendRequest = {
  /** As on the command line, or the name of an approach, whose variants are then all meant. */
  readonly contender: string;
  readonly metric: MetricId;
  readonly scenario?: string | undefined;
  readonly placement?: string | undefined;
  /** How the machine's name begins. */
  readonly machine?: string | undefined;
  /** Of each group, the newest. */
  readonly mostRuns: number;
};

/** What a row was in one run. */
export type TrendPoint = {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly runtime: string;
  readonly toolVersion: string;
  readonly partial: boolean;
  readonly status: Series["status"];
  /** Null where the run has none. */
  readonly figure: Figure | null;
  /** Against the nearest run before that has the figure; null for the first. */
  readonly change: TrendChange | null;
};

export type TrendChange = Pick<DiffFigure, "ratio" | "interval"> & {
  /** Whether it exceeds the noise of both runs, and where enough are known that between runs; null: cannot be told. */
  readonly seen: "up" | "down" | "none" | null;
};

/** Runs that can be compared: of one machine, and with the same parameters. Oldest first. */
export type Trend = {
  readonly machine: string;
  readonly scenario: string;
  readonly contender: string;
  /** Where and how it was measured, in words; empty where there is one way. */
  readonly place: string;
  /** Of the newest run. */
  readonly params: Series["params"];
  /** Of its scenario, in the newest run. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly metric: MetricId;
  /**
   * How much two runs in a row may differ with nothing changed, as a factor; null while too few runs tell. It is
   * the 95 % point of a normal distribution that has the median of the changes that were seen.
   */
  readonly usualChange: number | null;
  readonly points: readonly TrendPoint[];
};

const rowSchema = z.object({
  run_id: z.string(),
  position: z.number(),
  machine: z.string(),
  started_at: z.string(),
  tool_version: z.string(),
  partial: z.union([z.boolean(), z.number()]).transform(Boolean),
  scenario: z.string(),
  contender: z.string(),
  runtime: z.string(),
  placement: z.string().nullable(),
  status: statusSchema,
  params: z.string().transform((text): Series["params"] => JSON.parse(text)),
  options: z.string().transform((text): Record<string, unknown> => JSON.parse(text)),
});

type Row = z.infer<typeof rowSchema>;

/**
 * How a contender did from run to run, in groups of what can be compared. Rows that measure a contender against
 * itself are left out.
 */
export async function loadTrends(sql: SQL, request: TrendRequest): Promise<Trend[]> {
  const rows = await rowsFor(sql, request);
  const groups = [...Map.groupBy(rows, keyOf).values()].map((own) => own.slice(-request.mostRuns));
  const series = await seriesOf(sql, groups.flat());
  return groups
    .map((own) => trendOf(own, request.metric, (row) => series.get(nameOf(row)) ?? null))
    .toSorted((one, other) => compareTexts(orderOf(one), orderOf(other)));
}

/** Contenders that the history knows, for those who wrote one that it does not. */
export async function knownContenders(sql: SQL): Promise<string[]> {
  const rows: { contender: string }[] = await sql`select distinct contender from wakerbench_series`;
  return rows.map(({ contender }) => contender);
}

async function rowsFor(sql: SQL, request: TrendRequest): Promise<Row[]> {
  const { contender, scenario, placement, machine } = request;
  const found: unknown[] = await sql`
    select s.run_id, s.position, r.machine, r.started_at, r.tool_version, r.partial, s.scenario, s.contender,
      s.runtime, s.placement, s.status, s.params, s.options
    from wakerbench_series s join wakerbench_runs r on r.id = s.run_id
    where s.contender = ${contender} or s.waker = ${contender}
    order by r.started_at, r.id, s.position`;
  return found
    .map((row) => rowSchema.parse(row))
    .filter((row) => {
      if (row.params.control !== undefined) return false;
      if (scenario !== undefined && row.scenario !== scenario) return false;
      if (placement !== undefined && row.placement !== placement) return false;
      return machine === undefined || row.machine.startsWith(machine);
    });
}

function keyOf({ machine, scenario, contender, params, options }: Row): string {
  return canonicalJson([machine, scenario, contender, settingOf(params, options)]);
}

function nameOf({ run_id, position }: Row): string {
  return `${run_id} ${position}`;
}

/** With their rounds, which tell how sure a figure is; a run is unpacked once. */
async function seriesOf(sql: SQL, rows: readonly Row[]): Promise<Map<string, Series>> {
  const all = new Map<string, Series>();
  for (const [id, own] of Map.groupBy(rows, ({ run_id }) => run_id)) {
    const { series } = await loadResults(sql, { id });
    for (const row of own) {
      const one = series[row.position];
      if (one !== undefined) all.set(nameOf(row), one);
    }
  }
  return all;
}

/** From this many changes on their median says something of the noise between runs. */
const fewestChanges = 5;
const normalQuantile = 1.959963984540054;
/** The median of a normal distribution's absolute values, in standard deviations. */
const normalMedian = 0.6744897501960817;

function trendOf(rows: readonly Row[], metric: MetricId, find: (row: Row) => Series | null): Trend {
  const [newest] = rows.slice(-1) as [Row];
  const found = rows.map((row) => ({ row, series: row.status === "ok" ? find(row) : null }));
  const figures = found.map(({ series }) => (series === null ? null : figureOf(metric, series)));
  const measured = found.flatMap(({ series }, index) =>
    figures[index] == null || series === null ? [] : [{ index, series }],
  );
  const compared = new Map(
    measured
      .slice(1)
      .map(({ index, series }, before) => [
        index,
        compareFigures((measured[before] as (typeof measured)[number]).series, series, false).find(
          (one) => one.metric === metric,
        ),
      ]),
  );
  const usualChange = usualChangeOf([...compared.values()].flatMap((one) => one?.ratio ?? []));
  const { machine, scenario, contender, params, options } = newest;
  return {
    machine,
    scenario,
    contender,
    place: placeOfRow({ params }),
    params,
    options,
    metric,
    usualChange,
    points: rows.map((row, index) => ({
      runId: row.run_id,
      startedAt: row.started_at,
      runtime: row.runtime,
      toolVersion: row.tool_version,
      partial: row.partial,
      status: row.status,
      figure: figures[index] ?? null,
      change: changeOf(compared.get(index), usualChange),
    })),
  };
}

function usualChangeOf(ratios: readonly number[]): number | null {
  if (ratios.length < fewestChanges) return null;
  const sizes = ratios.map((ratio) => Math.abs(Math.log(ratio)));
  return Math.exp((normalQuantile / normalMedian) * median(sizes));
}

function changeOf(figure: DiffFigure | undefined, usualChange: number | null): TrendChange | null {
  if (figure === undefined) return null;
  const { ratio, interval, change } = figure;
  const isUsual = usualChange !== null && Math.abs(Math.log(ratio)) <= Math.log(usualChange);
  return { ratio, interval, seen: isUsual && change !== null ? "none" : change };
}

/** Machines side by side for each thing that is compared. */
function orderOf({ scenario, contender, place, machine }: Trend): string {
  return [scenario, contender, place, machine].join("\n");
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
