/** What one call of a dedicated worker may be given. */
export type CallOptions = {
  /**
   * Cancels the call, before its work or during it. The promise is rejected with the signal's reason
   * at once; the job is told, and its answer is dropped.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * After so many milliseconds the promise is rejected with a DOMException "TimeoutError", and the job
   * is told as if it had been cancelled. Default: the worker's own, or none.
   */
  readonly timeoutMs?: number | undefined;
};

/** What becomes of the calls that wait when a worker is closed. */
export type CloseOptions = {
  /** `"drain"`: they are answered first (the default). `"reject"`: they are rejected at once. */
  readonly pending?: "drain" | "reject" | undefined;
};
