import type { Diff } from "../diff/schema.ts";
import { diffGroups, diffNotes, headline, limitNotes } from "./diff-parts.ts";
import { wrap } from "./format.ts";
import { renderGroup, renderNote, type TableStyle } from "./table.ts";

/** Two runs compared, for the terminal: a table for each scenario, notes, the outcome. */
export function renderDiffTable(diff: Diff, style: TableStyle): string {
  const notes = [...diffNotes(diff), ...limitNotes(diff)].map((note) => renderNote(note, style));
  const outcome = wrap(sentence(headline(diff)), style.columns ?? Number.POSITIVE_INFINITY);
  const parts = [
    ...diffGroups(diff).map((group) => renderGroup(group, style)),
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
    style.bold(outcome.join("\n")),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A limit stays as it was written. */
function sentence(text: string): string {
  if (!/^[a-z]+ /.test(text)) return `${text}.`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
