import type { Diff, DiffRow } from "../diff/schema.ts";
import {
  diffCells,
  diffGroups,
  diffNotes,
  firingLines,
  headline,
  limitNotes,
  nameOf,
} from "./diff-parts.ts";
import { plural } from "./format.ts";
import { grid } from "./markdown.ts";

/** Above this a comment is a wall; GitHub itself takes no more than 65,536 characters. */
const mostChanged = 50;
const mostCharacters = 60_000;

/** Two runs compared, for the comment of a pull request: what changed first, all rows folded away. */
export function renderDiffMarkdown(diff: Diff): string {
  const head = headOf(diff);
  const folded = diffGroups(diff).map(({ title, blocks }) => {
    const tables = blocks.flatMap(({ grids, notes }) => [...grids.map(grid), notes.join("\n")]);
    return `<details><summary>${escapeHtml(title)}</summary>\n\n${tables.join("\n\n")}\n\n</details>`;
  });
  const foot = `<sub>${escapeHtml(runsOf(diff))}</sub>`;
  const whole = [...head, ...folded, foot].join("\n\n");
  if (whole.length <= mostCharacters) return `${whole}\n`;
  const hidden = `${plural(diff.rows.length, "row")}: too long for a comment, see the JSON`;
  return `${[...head, hidden, foot].join("\n\n")}\n`;
}

function headOf(diff: Diff): string[] {
  const changed = changedRows(diff.rows);
  const shown = changed.slice(0, mostChanged);
  const firings = firingLines(diff);
  const further = changed.length - shown.length;
  const notes = [...limitNotes(diff), ...diffNotes(diff)];
  return [
    `### wakerbench: ${headline(diff)}`,
    ...(firings.length === 0
      ? []
      : [
          list(
            firings.map(
              ({ limit, text }) =>
                `**${escapeHtml(limit)}** ${escapeHtml(text.replace(/\s*\n\s*/g, " "))}`,
            ),
          ),
        ]),
    ...[...Map.groupBy(shown, ({ scenario }) => scenario)].map(
      ([scenario, rows]) => `**${scenario}**\n\n${grid(diffCells(rows))}`,
    ),
    ...(further === 0 ? [] : [`… and ${further} more below.`]),
    ...(notes.length === 0 ? [] : [list(notes.map(escapeHtml))]),
  ];
}

/** What fails now, then what is slower, then what is faster; the most of each first. */
function changedRows(rows: readonly DiffRow[]): DiffRow[] {
  const decidingRatio = ({ figures }: DiffRow) =>
    figures.find(({ metric }) => metric === "deciding")?.ratio ?? 1;
  const rank = ({ fault, verdict }: DiffRow) =>
    fault === "new" ? 0 : verdict === "slower" ? 1 : verdict === "faster" ? 2 : 3;
  const distance = (row: DiffRow) => Math.abs(Math.log(decidingRatio(row)));
  return rows
    .filter((row) => rank(row) < 3)
    .toSorted(
      (one, other) =>
        rank(one) - rank(other) ||
        distance(other) - distance(one) ||
        nameOf(one).localeCompare(nameOf(other)),
    );
}

function runsOf({ base, new: next }: Diff): string {
  const one = ({ startedAt, version, runtime }: Diff["base"]) =>
    `${startedAt.slice(0, 16).replace("T", " ")} UTC, ${runtime}, wakerbench ${version}`;
  return `BASE ${one(base)} · NEW ${one(next)}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line.replace(/^([*~?])(?= )/, "\\$1")}`).join("\n");
}

/** A limit has a ">" in it, and a name or an error may have anything. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
