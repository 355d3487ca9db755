import type { Results, ScenarioRecord } from "../results/schema.ts";
import { adviceOf, type Measured } from "./advice.ts";
import { wrap } from "./format.ts";
import { renderGroup, type TableStyle } from "./table.ts";
import { tableGroups } from "./table-groups.ts";

/**
 * What a suite says at its end: the tables of each scenario under its name, then each verdict beside the name of its
 * scenario. The code and the words about each contender are left to the report.
 */
export function renderSuite(results: Results, measured: Measured, style: TableStyle): string {
  const scenarios = results.scenarios ?? [];
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  const tables = scenarios.flatMap((scenario) => tablesOf(scenario, results, style));
  const verdicts = scenarios.map((scenario) => {
    const margin = " ".repeat(width + 4);
    const room = (style.columns ?? Number.POSITIVE_INFINITY) - margin.length;
    const text = wrap(verdictOf(scenario, results, measured), room).join(`\n${margin}`);
    const isFailed = scenario.status === "failed";
    return `  ${style.bold(scenario.id.padEnd(width))}  ${isFailed ? style.warn(text) : text}`;
  });
  const closing = [style.bold("What it comes to"), ...verdicts].join("\n");
  return `${[...tables, closing].join("\n\n")}\n`;
}

/** What a suite has of one scenario. */
function only(results: Results, { id }: ScenarioRecord): Results {
  return { ...results, series: results.series.filter(({ scenario }) => scenario === id) };
}

function tablesOf(scenario: ScenarioRecord, results: Results, style: TableStyle): string[] {
  const groups = tableGroups(only(results, scenario));
  const heading = style.bold(`── ${scenario.id} ${"─".repeat(40 - scenario.id.length)}`);
  return groups.length === 0 ? [] : [heading, ...groups.map((group) => renderGroup(group, style))];
}

function verdictOf(scenario: ScenarioRecord, results: Results, measured: Measured): string {
  const own = only(results, scenario);
  if (own.series.length === 0) {
    return scenario.error === null ? "not measured" : `could not be measured: ${scenario.error}`;
  }
  const { sentences } = adviceOf(own, measured);
  const verdict = sentences.join(" ") || "nothing to recommend";
  return scenario.status === "cut" ? `${verdict} (cut off: rounds are missing)` : verdict;
}
