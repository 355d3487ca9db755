import type { Results } from "../results/schema.ts";
import { comparisons } from "./comparison.ts";
import { type Contention, contention } from "./contention.ts";
import { type Dispatch, dispatches } from "./dispatch.ts";
import { comparisonCells, stageCells } from "./table.ts";
import { type Workload, workloads } from "./workload.ts";

/** The tables as GitHub-flavoured Markdown. */
export function renderMarkdown(results: Results): string {
  const parts = comparisons(results).flatMap((comparison) => {
    const faults = comparison.rows
      .filter(({ fault }) => fault !== null)
      .map(({ approach, fault }) => `- **${approach}** ${fault}`);
    return [
      `### ${comparison.title}`,
      grid(comparisonCells(comparison)),
      ...(comparison.hasStages ? [grid(stageCells(comparison))] : []),
      [...faults, list(comparison.notes)].join("\n"),
    ];
  });
  const floods = contention(results);
  if (floods !== null) parts.push(...contentionParts(floods));
  parts.push(...dispatches(results).flatMap(dispatchParts));
  parts.push(...workloads(results).flatMap(workloadParts));
  const { environment, tool } = results;
  const foot = `wakerbench ${tool.version} · ${environment.runtime} · ${environment.os}, kernel ${environment.kernel} · ${environment.cpu}, ${environment.cores} cores`;
  return `${[...parts, foot].join("\n\n")}\n`;
}

/** A mark at the begin of a line would begin a list in the list. */
function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line.replace(/^\*/, "\\*")}`).join("\n");
}

function dispatchParts({ title, sections, life, notes }: Dispatch): string[] {
  return [
    `### ${title}`,
    ...sections.flatMap((section) => [
      `#### ${section.title}`,
      ...[section.calls, section.cases, section.endings].flatMap((cells) =>
        cells === null ? [] : [grid(cells)],
      ),
      list(section.notes),
    ]),
    grid(life),
    list(notes),
  ].filter((part) => part !== "");
}

function workloadParts({ title, sections, notes }: Workload): string[] {
  return [
    `### ${title}`,
    ...sections.flatMap((section) => [
      ...(section.title === "" ? [] : [`#### ${section.title}`]),
      grid(section.cells),
      list(section.notes),
    ]),
    list(notes),
  ].filter((part) => part !== "");
}

function contentionParts({ title, overview, sections, notes }: Contention): string[] {
  return [
    `### ${title}`,
    grid(overview),
    list(notes),
    ...sections.flatMap((section) => [
      `#### ${section.title}`,
      grid(section.rates),
      grid(section.costs),
      list(section.notes),
    ]),
  ].filter((part) => part !== "");
}

function grid(cells: readonly (readonly string[])[]): string {
  const [header = [], ...rows] = cells;
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = header.map((_, index) => (index === 0 ? ":--" : "--:"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
