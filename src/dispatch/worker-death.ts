/**
 * What Bun says of an error that ended a Worker: the lines of the source around it, a caret, then the error
 * as `Bun.inspect` shows it, with its stack. It is text, because the error itself has died with the Worker.
 */

/** The error without the source around it. */
function errorText(text: string): string {
  const lines = Bun.stripANSI(text).split("\n");
  const isSource = (line: string) => /^\s*\d+ \|/.test(line) || /^\s*\^+\s*$/.test(line);
  return lines
    .filter((line) => !isSource(line))
    .join("\n")
    .trim();
}

/** The error in one line: `TypeError: boom`. */
export function summaryOf(text: string): string {
  const [first = ""] = errorText(text).split("\n");
  // A plain Error is shown as `error: …`, which says nothing here.
  return first.replace(/^error: /, "") || "of an error that it does not tell";
}

/** The error with its stack in the Worker, as a cause. */
export function deathCause(text: string): Error {
  const stack = errorText(text);
  const error = new Error(summaryOf(text));
  error.stack = stack;
  return error;
}
