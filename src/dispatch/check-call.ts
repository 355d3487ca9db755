import { WakerbenchError } from "../errors.ts";
import type { CallOptions, CloseOptions } from "./options.ts";

/** `transfer` is a Worker's. */
const names = ["signal", "timeoutMs", "transfer"];

const shownMost = 60;

/** A value as an error names it: on one line, and not all of a large one. */
export function shown(value: unknown): string {
  const text = Bun.inspect(value, { depth: 1 }).replace(/\s+/g, " ");
  return text.length <= shownMost ? text : `${text.slice(0, shownMost - 1)}…`;
}

/**
 * Before anything is kept for the call: what failed later would leave a promise that nobody has.
 *
 * @throws WakerbenchError DISPATCH_OPTION_BAD, or the signal's reason when it is aborted
 */
export function checkCall(options: CallOptions): void {
  if (typeof options !== "object" || options === null) {
    throw bad(`a call has no options ${shown(options)}`, "leave them out");
  }
  const { signal, timeoutMs } = options;
  if (timeoutMs !== undefined) checkTimeout(timeoutMs);
  else if (signal === undefined) checkNames(options);
  if (signal === undefined) return;
  if (!(signal instanceof AbortSignal)) {
    throw bad(`signal ${shown(signal)} is no AbortSignal`, "leave it out for none");
  }
  if (signal.aborted) throw signal.reason;
}

/** @throws WakerbenchError DISPATCH_OPTION_BAD */
export function checkTimeout(timeoutMs: number): void {
  if (typeof timeoutMs === "number" && timeoutMs >= 0) return;
  throw bad(`timeoutMs ${shown(timeoutMs)} is no number of milliseconds`, "leave it out for none");
}

/** @throws WakerbenchError DISPATCH_OPTION_BAD */
export function checkClose({ pending }: CloseOptions): void {
  if (pending === undefined || pending === "drain" || pending === "reject") return;
  throw bad(`pending ${shown(pending)} is unknown`, "there are drain and reject");
}

/** `timeout` for `timeoutMs`, or the signal itself for `{ signal }`, must not go unnoticed. */
function checkNames(options: CallOptions): void {
  for (const name in options) {
    if (!names.includes(name)) {
      throw bad(`a call has no option "${name}"`, `there are ${names.join(", ")}`);
    }
  }
}

function bad(message: string, remedy: string): WakerbenchError {
  return new WakerbenchError("DISPATCH_OPTION_BAD", message, { remedy });
}
