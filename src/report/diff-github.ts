import type { Diff } from "../diff/schema.ts";
import { diffNotes, firingLines, headline, limitNotes, nameOf } from "./diff-parts.ts";

/** GitHub shows ten annotations of a kind for a step; the last one says how many there are beyond. */
const mostOfAKind = 10;

type Level = "error" | "warning" | "notice";

/**
 * Two runs compared, as workflow commands that GitHub Actions turns into annotations: an error for each row that a
 * limit holds in, a warning for what fails now, what is gone and what keeps a green from being one, a notice with the outcome.
 */
export function renderDiffGithub(diff: Diff): string {
  const errors = firingLines(diff).map(({ limit, text }) =>
    command("error", `wakerbench ${limit}`, text),
  );
  const warnings = [
    ...diff.rows
      .filter(({ fault }) => fault === "new")
      .map((row) =>
        command("warning", "wakerbench", `${row.scenario} ${nameOf(row)} fails now: ${row.error}`),
      ),
    ...[...limitNotes(diff), ...diffNotes(diff)]
      .filter((note) => /^(! |only in BASE)/.test(note))
      .map((note) => command("warning", "wakerbench", note.replace(/^! /, ""))),
  ];
  const lines = [
    ...capped("error", errors),
    ...capped("warning", warnings),
    command("notice", "wakerbench", headline(diff)),
  ];
  return `${lines.join("\n")}\n`;
}

function capped(level: Level, lines: readonly string[]): readonly string[] {
  if (lines.length <= mostOfAKind) return lines;
  const shown = lines.slice(0, mostOfAKind - 1);
  const further = lines.length - shown.length;
  return [...shown, command(level, "wakerbench", `and ${further} more, see the table`)];
}

/**
 * One workflow command.
 *
 * Source: actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
 */
function command(level: Level, title: string, text: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
