/** What can go wrong for a user, each with its remedy. Text is made from this in one place. */
export type ErrorCode =
  | "USAGE"
  | "UNKNOWN_CONTENDER"
  | "WAKER_FILE_BAD"
  | "WAKER_FAILED"
  | "UNSUPPORTED"
  | "PLACEMENT_IMPOSSIBLE"
  | "PLACEMENT_MISMATCH"
  | "ZIG_NOT_FOUND"
  | "ZIG_BUILD_FAILED"
  | "LIBRARY_NOT_FOUND"
  | "LIBRARY_WRONG_PLATFORM"
  | "LIBRARY_WRONG_VERSION"
  | "RUNTIME_NOT_FOUND"
  | "EXPORT_FAILED"
  | "PNG_RENDERER_MISSING"
  | "OUTPUT_FAILED"
  | "RESULTS_BAD"
  | "SUITE_RUNNING"
  | "RESUME_IMPOSSIBLE"
  | "NOT_COMPARABLE"
  | "HISTORY_FAILED"
  | "RUN_UNKNOWN"
  | "VISIT_FAILED"
  | "PORT_TAKEN"
  | "ADDRESS_BAD"
  | "HOST_UNKNOWN"
  | "SERVER_FAILED"
  | "SERVER_UNREACHABLE"
  | "RING_OPTION_BAD"
  | "RING_OPEN_FAILED"
  | "RING_IN_USE"
  | "RING_CLOSED"
  | "DISPATCH_OPTION_BAD"
  | "DISPATCH_OPEN_FAILED"
  | "QUEUE_FULL"
  | "JOB_UNKNOWN"
  | "WORKER_CLOSED"
  | "WORKER_DIED";

/**
 * An error that a user can do something about: one line that says what is wrong, one that says what
 * to do. Everything else that is thrown is a defect of ours.
 */
export class WakerbenchError extends Error {
  override readonly name = "WakerbenchError";
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, options: { remedy: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replace(/\s*\n\s*/g, " ").trim();
}
