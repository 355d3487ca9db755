import type { Results } from "../results/schema.ts";
import { partialNote } from "./notes.ts";
import { type Block, tableGroups } from "./table-groups.ts";

/** The tables as GitHub-flavoured Markdown. */
export function renderMarkdown(results: Results): string {
  const parts = tableGroups(results).flatMap(({ title, blocks }) => [
    `### ${title}`,
    ...blocks.flatMap(blockParts),
  ]);
  const { environment, tool, partial } = results;
  const cut = partial ? [`**Partial results.** ${partialNote}`] : [];
  const foot = `wakerbench ${tool.version} · ${environment.runtime} · ${environment.os}, kernel ${environment.kernel} · ${environment.cpu}, ${environment.cores} cores`;
  return `${[...cut, ...parts, foot].join("\n\n")}\n`;
}

function blockParts({ title, grids, faults, notes }: Block): string[] {
  const lines = [
    ...faults.map(({ approach, fault }) => `- **${withoutTags(approach)}** ${withoutTags(fault)}`),
    // A mark at the begin of a line would begin a list in the list.
    ...notes.map((note) => `- ${withoutTags(note).replace(/^\*/, "\\*")}`),
  ];
  return [
    ...(title === "" ? [] : [`#### ${title}`]),
    ...grids.map(grid),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
  ];
}

/** A name that a user chose, or an error, may have something in it that Markdown takes for a tag and hides. */
function withoutTags(text: string): string {
  return text.replaceAll("<", "&lt;");
}

/** A table, header first. */
export function grid(cells: readonly (readonly string[])[]): string {
  const [header = [], ...rows] = cells;
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => withoutTags(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = header.map((_, index) => (index === 0 ? ":--" : "--:"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
