import { messageOf } from "../errors.ts";

/** What came of one request: plain data, which a Worker can post. */
export type Reply =
  | { readonly status: number; readonly body: string }
  /** There was no answer, or not all of it. `code` is that of the system, or `TIMEOUT`. */
  | { readonly code: string; readonly message: string };

/**
 * One request, and the whole of its answer. Never throws.
 *
 * @param signal gives it up, and so does the time
 */
export async function ask(url: string, timeoutMs: number, signal?: AbortSignal): Promise<Reply> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { code: codeOf(error), message: messageOf(error) };
  }
}

/** The system's code, where the runtime gives one. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if (error.name === "TimeoutError") return "TIMEOUT";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : error.name;
}
