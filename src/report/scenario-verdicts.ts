import type { Results, ScenarioRecord } from "../results/schema.ts";
import { adviceOf, type Measured } from "./advice.ts";

/** A scenario of a run, and what became of it. */
export type ToldScenario = Pick<ScenarioRecord, "id" | "status" | "error">;

/** The scenarios of a run in its order; a file from elsewhere may have but its series. */
export function scenariosOf({ scenarios, series }: Results): readonly ToldScenario[] {
  const ids = [...new Set(series.map(({ scenario }) => scenario))];
  return scenarios ?? ids.map((id) => ({ id, status: "whole", error: null }));
}

/** What a run has of one scenario. */
export function onlyOf(results: Results, { id }: ToldScenario): Results {
  return { ...results, series: results.series.filter(({ scenario }) => scenario === id) };
}

/** What one scenario comes to, in lines. */
export function verdictOf(scenario: ToldScenario, results: Results, measured: Measured): string[] {
  const own = onlyOf(results, scenario);
  if (own.series.length === 0) {
    return [scenario.error === null ? "not measured" : `could not be measured: ${scenario.error}`];
  }
  const { sentences, summaries } = adviceOf(own, measured);
  const said = [sentences.join(" "), ...summaries.flatMap((summary) => summary.split("\n"))];
  const lines = said.filter((line) => line !== "");
  const cut = scenario.status === "cut" ? ["(cut off: rounds are missing)"] : [];
  return [
    ...(lines.length === 0
      ? ["Nothing to recommend: too little was measured, or all have failed."]
      : lines),
    ...cut,
  ];
}
