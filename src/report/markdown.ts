import type { Results } from "../results/schema.ts";
import { type Block, tableGroups } from "./table-groups.ts";

/** The tables as GitHub-flavoured Markdown. */
export function renderMarkdown(results: Results): string {
  const parts = tableGroups(results).flatMap(({ title, blocks }) => [
    `### ${title}`,
    ...blocks.flatMap(blockParts),
  ]);
  const { environment, tool } = results;
  const foot = `wakerbench ${tool.version} · ${environment.runtime} · ${environment.os}, kernel ${environment.kernel} · ${environment.cpu}, ${environment.cores} cores`;
  return `${[...parts, foot].join("\n\n")}\n`;
}

function blockParts({ title, grids, faults, notes }: Block): string[] {
  const lines = [
    ...faults.map(({ approach, fault }) => `- **${approach}** ${fault}`),
    // A mark at the begin of a line would begin a list in the list.
    ...notes.map((note) => `- ${note.replace(/^\*/, "\\*")}`),
  ];
  return [
    ...(title === "" ? [] : [`#### ${title}`]),
    ...grids.map(grid),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
  ];
}

/** A table, header first. */
export function grid(cells: readonly (readonly string[])[]): string {
  const [header = [], ...rows] = cells;
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = header.map((_, index) => (index === 0 ? ":--" : "--:"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
