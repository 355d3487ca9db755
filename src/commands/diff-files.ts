import { diff } from "../diff.ts";
import { messageOf } from "../errors.ts";
import { readRun } from "../history/read.ts";
import type { DiffFormat } from "../report/diff-formats.ts";
import { firingLines, limitNotes } from "../report/diff-parts.ts";
import { plainStyle } from "../report/table.ts";
import { writeWhole } from "../results/store.ts";
import { messages, print, styleFor } from "../terminal/output.ts";
import type { Export } from "./measure-flags.ts";

/** What `diff` was asked for. */
export type DiffAsked = {
  /** Paths, or `latest`. */
  readonly base: string;
  readonly next: string;
  readonly failOn: readonly string[];
  readonly anyway: boolean;
  readonly format: DiffFormat;
  readonly exports: readonly Export<DiffFormat>[];
};

/**
 * Reads, compares, prints and exports.
 *
 * @returns the exit status: 1 where a limit fired or a file could not be written
 * @throws WakerbenchError RESULTS_BAD, NOT_COMPARABLE, USAGE
 */
export async function diffFiles(asked: DiffAsked): Promise<number> {
  const { failOn, anyway, format, exports } = asked;
  const [base, next] = [await readRun(asked.base), await readRun(asked.next)];
  const compared = diff(base, next, { failOn, anyway });
  await print(await format.render(compared, styleFor(process.stdout)));
  const style = styleFor(process.stderr);
  for (const { limit, text } of firingLines(compared))
    messages.log(style.warn(`${limit}: ${onOneLine(text)}`));
  // All other formats say so themselves.
  if (format.id === "json") {
    for (const note of limitNotes(compared)) messages.log(note);
  }
  let isWritten = true;
  for (const { path, format: exported } of exports) {
    try {
      writeWhole(path, await exported.render(compared, plainStyle));
    } catch (error) {
      messages.log(`error: --export ${path}: ${messageOf(error)}`);
      isWritten = false;
    }
  }
  return compared.isFailed || !isWritten ? 1 : 0;
}

/** What an agent printed at its end has lines of its own. */
function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
