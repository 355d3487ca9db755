import { WakerbenchError } from "../errors.ts";
import { scenarios } from "../scenarios/index.ts";
import { suggestion } from "../suggestion.ts";
import { type MetricId, metricIds } from "./metric-ids.ts";
import type { DiffLimit, DiffRow } from "./schema.ts";

/** What `--fail-on` allows. */
export type Limit = {
  /** As it was given. */
  readonly written: string;
  /** Null: every scenario. */
  readonly scenario: string | null;
} & (
  | { readonly metric: "failed" }
  | {
      readonly metric: MetricId;
      /** The ratio that is not to be passed: above 1 from below, below 1 from above. */
      readonly ratio: number;
    }
);

const scenarioIds = scenarios.map(({ id }) => id);
const grammar = "write METRIC>PERCENT%, such as p99>5% or wake:p50>10%; rate<5%; or failed";

/**
 * Takes a limit apart: `[SCENARIO:]METRIC>PERCENT%`, of rates `[SCENARIO:]rate<PERCENT%`, or
 * `[SCENARIO:]failed`.
 *
 * @throws WakerbenchError USAGE
 */
export function parseLimit(written: string): Limit {
  const [, scope, rest = ""] = /^(?:([^:]*):)?(.*)$/s.exec(written.trim()) ?? [];
  const scenario = scope === undefined ? null : checkScenario(written, scope);
  if (rest.trim() === "failed") return { written, scenario, metric: "failed" };
  const [, name = "", sign, percent] =
    /^\s*(.*?)\s*([<>])\s*(\d+(?:\.\d+)?)\s*%\s*$/s.exec(rest) ?? [];
  if (sign === undefined) throw refusal(written, "is no limit", grammar);
  const metric = metricIds.find((id) => id === name);
  if (metric === undefined) {
    const known = [...metricIds, "failed"];
    throw refusal(
      written,
      `there is no metric "${name}"`,
      suggestion(name, known) ?? `there are: ${known.join(", ")}`,
    );
  }
  const worse = metric === "rate" ? "<" : ">";
  if (sign !== worse) {
    const mended = `${scope === undefined ? "" : `${scope}:`}${metric}${worse}${percent}%`;
    throw refusal(
      written,
      `more of ${metric} is ${worse === "<" ? "better" : "worse"}`,
      `write ${mended}`,
    );
  }
  const share = Number(percent) / 100;
  if (worse === "<" && share >= 1) {
    throw refusal(written, "a rate cannot fall by 100 %", "write rate<50%");
  }
  return { written, scenario, metric, ratio: worse === "<" ? 1 - share : 1 + share };
}

function checkScenario(written: string, scope: string): string {
  const scenario = scope.trim();
  if (scenarioIds.some((id) => id === scenario)) return scenario;
  throw refusal(
    written,
    `there is no scenario "${scenario}"`,
    suggestion(scenario, scenarioIds) ?? `there are: ${scenarioIds.join(", ")}`,
  );
}

function refusal(written: string, why: string, remedy: string): WakerbenchError {
  return new WakerbenchError("USAGE", `--fail-on "${written}": ${why}`, { remedy });
}

/** Which rows break a limit beyond doubt, and how many could not tell. */
export function checkLimit(limit: Limit, rows: readonly DiffRow[]): DiffLimit {
  const { written, scenario, metric } = limit;
  const answers = rows.map((row) =>
    scenario === null || row.scenario === scenario ? answerOf(limit, row) : null,
  );
  const count = (wanted: string) => answers.filter((answer) => answer === wanted).length;
  return {
    written,
    scenario,
    metric,
    fired: answers.flatMap((answer, index) => (answer === "fired" ? [index] : [])),
    held: count("held"),
    undecided: count("undecided"),
    untold: count("untold"),
  };
}

/** An end that touches the limit, but for the rounding of a ratio, is within it. */
const tolerance = 1e-9;

function answerOf(limit: Limit, row: DiffRow): "fired" | "held" | "undecided" | "untold" {
  if (limit.metric === "failed") return row.fault === "new" ? "fired" : "held";
  const figure = row.figures.find(({ metric }) => metric === limit.metric);
  if (figure === undefined || figure.interval === null) return "untold";
  const { ratio } = limit;
  const [low, high] = figure.interval;
  if (ratio >= 1) {
    if (low > ratio * (1 + tolerance)) return "fired";
    return high <= ratio * (1 + tolerance) ? "held" : "undecided";
  }
  if (high < ratio * (1 - tolerance)) return "fired";
  return low >= ratio * (1 - tolerance) ? "held" : "undecided";
}
