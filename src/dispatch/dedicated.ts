import { WakerbenchError } from "../errors.ts";
import type { CloseOptions } from "./options.ts";

/** What every dedicated worker has, whoever does the work. */
export type Dedicated = AsyncDisposable & {
  /** Calls that may be on their way at once. */
  readonly capacity: number;
  /** Calls whose promise is pending. */
  readonly waiting: number;
  /**
   * Refuses calls from now on, answers or rejects those that wait, and ends the worker. Closing again
   * is closing once; a second one with `pending: "reject"` rejects what the first would have drained.
   * Resolves as `closed` does.
   */
  close(options?: CloseOptions): Promise<void>;
  /** Resolves when the worker has ended, by `close` or by itself, and all has been given back. */
  readonly closed: Promise<void>;
  /** The worker keeps the process alive: how it begins. */
  ref(): Dedicated;
  /** The worker, and the calls that wait for it, no longer keep the process alive. */
  unref(): Dedicated;
};

/** What is known of an error of a job. */
type ThrownInJob = {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string | number | undefined;
  readonly cause?: unknown;
};

/** What a job threw, or failed with, in the worker: its `stack` says where it was there. */
export class JobError extends Error {
  /** The error's own, where it had one. */
  declare readonly code?: string | number;

  constructor({ name, message, stack, code, cause }: ThrownInJob) {
    // It was thrown over there: where it is made tells nothing, and taking that stack costs 2 µs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = name;
    this.stack = stack === "" ? `${name}: ${message}` : stack;
    if (code !== undefined) Object.assign(this, { code });
  }
}

/** A call was made after `close`, or was rejected by it. */
export function workerClosed(): WakerbenchError {
  return new WakerbenchError("WORKER_CLOSED", "the worker is closed", {
    remedy: "make calls before close(), or open a new worker",
  });
}

/** @param cause what is known about it: an error of the worker's own, where there is one */
export function workerDied(how: string, cause?: unknown): WakerbenchError {
  return new WakerbenchError("WORKER_DIED", `the worker has died: ${how}`, {
    remedy: "open a new worker; calls that were on their way may have been done in part",
    cause,
  });
}

/** The same before its first call. @param cause what is known about it */
export function workerNotStarted(how: string, cause?: unknown): WakerbenchError {
  return new WakerbenchError("WORKER_DIED", `the worker has died: ${how}`, {
    remedy: "mend that, and open a new worker; no call was begun",
    cause,
  });
}
