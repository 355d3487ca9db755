/**
 * Bun's timers, as all libraries here use them. `Bun.sleep` is quicker, but cuts fractions of a millisecond off:
 * half of one is no sleep at all there, and other work than the others'.
 */
export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, delayMs));
}

/** A turn of the loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Whether it ended so because a signal was aborted. */
export function isAbort(end: PromiseSettledResult<void>): boolean {
  return (
    end.status === "rejected" && end.reason instanceof Error && end.reason.name === "AbortError"
  );
}
