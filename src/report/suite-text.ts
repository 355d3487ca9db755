import type { Results } from "../results/schema.ts";
import { adviceOf, type Measured } from "./advice.ts";
import { wrap } from "./format.ts";
import { onlyOf, scenariosOf, type ToldScenario, verdictOf } from "./scenario-verdicts.ts";
import { renderGroup, type TableStyle } from "./table.ts";
import { tableGroups } from "./table-groups.ts";

/**
 * What a suite says at its end: the tables of each scenario under its name, then each verdict beside the name of its
 * scenario. The code, and when to use each, would be pages more: where they are is said.
 */
export function renderSuite(results: Results, measured: Measured, style: TableStyle): string {
  const scenarios = scenariosOf(results);
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  const verdicts = scenarios.map((scenario) => {
    const margin = " ".repeat(width + 4);
    const room = (style.columns ?? Number.POSITIVE_INFINITY) - margin.length;
    const lines = verdictOf(scenario, results, measured).flatMap((line) => wrap(line, room));
    const isFailed = scenario.status === "failed";
    const text = lines.map((line) => (isFailed ? style.warn(line) : line)).join(`\n${margin}`);
    return `  ${style.bold(scenario.id.padEnd(width))}  ${text}`;
  });
  const kinds = kindsOf(adviceOf(results, measured).kinds, measured);
  const hint = `When to use each, and the code that does it: wakerbench list ${kinds.join("|")} NAME`;
  return `${[
    ...scenarios.flatMap((scenario) => tablesOf(scenario, results, style)),
    [style.bold("What it comes to"), ...verdicts].join("\n"),
    ...(kinds.length === 0
      ? []
      : [
          wrap(hint, style.columns ?? Number.POSITIVE_INFINITY)
            .map(style.dim)
            .join("\n"),
        ]),
  ].join("\n\n")}\n`;
}

/** What `list` calls those that were measured. */
function kindsOf(others: readonly string[], { wakers, dispatchers }: Measured): string[] {
  return [
    ...(wakers.length === 0 ? [] : ["wakers"]),
    ...(dispatchers.length === 0 ? [] : ["dispatchers"]),
    ...others,
  ];
}

function tablesOf(scenario: ToldScenario, results: Results, style: TableStyle): string[] {
  const groups = tableGroups(onlyOf(results, scenario));
  const heading = style.bold(`── ${scenario.id} ${"─".repeat(40 - scenario.id.length)}`);
  return groups.length === 0 ? [] : [heading, ...groups.map((group) => renderGroup(group, style))];
}
