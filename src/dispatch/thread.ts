import { libraryOf } from "../ring/native.ts";
import { Ring } from "../ring/ring.ts";
import type { Dedicated } from "./dedicated.ts";
import type { ThreadCounts } from "./native-thread.ts";
import type { CallOptions, CloseOptions } from "./options.ts";
import { ThreadCalls } from "./thread-calls.ts";
import {
  checkThreadOptions,
  type DedicatedThreadOptions,
  type JobAnswer,
  type JobInput,
} from "./thread-options.ts";

/**
 * One native thread of its own, which JavaScript calls and awaits. What it does is in your library, behind
 * include/wakerbench_worker.h: a job runs on the thread, one call after the other, in the order in which they
 * were made. So it suits what belongs to one thread, such as a database connection.
 *
 *     await using thread = new DedicatedThread<number>({ work: mine.symbols.mine_work() });
 *     console.log(await thread.call(21));
 *
 * `Answer` is what your jobs answer with: a number, a `Uint8Array` (a copy), `undefined`, or a union of these.
 *
 * An open thread keeps the process alive, unless `unref()` was called. It belongs to the JavaScript thread that
 * opened it, the main thread or a Worker, which must close it before it ends.
 */
export class DedicatedThread<Answer extends JobAnswer = JobAnswer> implements Dedicated {
  /** Of any answers: so a thread of numbers is one of `JobAnswer` to who takes that. */
  readonly #thread: ThreadCalls<JobAnswer>;

  /**
   * The thread runs when this returns; the library's `start` may still be running.
   *
   * @throws WakerbenchError DISPATCH_OPTION_BAD, DISPATCH_OPEN_FAILED, RING_…, LIBRARY_…
   */
  constructor(options: DedicatedThreadOptions) {
    const { work, capacity, wait, timeoutMs, doorbell, library } = checkThreadOptions(options);
    const { native } = libraryOf(library);
    this.#thread = new ThreadCalls<JobAnswer>(native, {
      work,
      capacity,
      wait,
      timeoutMs,
      carrier: "ring",
    });
    let ring: Ring<"u32"> | undefined;
    try {
      // Room for all, and for the thread's last words: it never waits for JavaScript.
      ring = new Ring({ payload: "u32", capacity: roomFor(capacity + 1), doorbell, library });
    } catch (thrown) {
      this.#thread.discard();
      throw thrown;
    }
    this.#thread.native.carryByRing(ring.pointer);
    this.#thread.carryBy(overRing(ring, this.#thread.hear));
    try {
      this.#thread.start();
    } catch (thrown) {
      ring.close();
      throw thrown;
    }
  }

  /**
   * Has a job done on the thread, at once if it is idle.
   *
   * Resolves with the job's answer. Rejected with
   * - a `JobError` with the name, message and stack that the job failed with;
   * - the signal's reason, or a DOMException "TimeoutError": at once, whatever the job does;
   * - a WakerbenchError QUEUE_FULL when `capacity` calls are on their way, WORKER_CLOSED after or by
   *   `close`, WORKER_DIED when the thread ended by itself or `start` failed, DISPATCH_OPTION_BAD when what it is
   *   given cannot be sent.
   *
   * A call that was cancelled before its turn is never begun. One that was cancelled or has timed out while
   * its job ran keeps its place among the `capacity` until the job returns.
   */
  call(input: JobInput, options?: CallOptions): Promise<Answer> {
    return this.#thread.call(input, options) as Promise<Answer>;
  }

  /**
   * Refuses calls from now on, and ends the thread when those that were made are done; with `pending:
   * "reject"` those that wait are rejected now, and only the job that is running is waited for.
   *
   * @returns what `closed` is; rejected with WakerbenchError DISPATCH_OPTION_BAD when `pending` is neither
   */
  close(options?: CloseOptions): Promise<void> {
    return this.#thread.close(options);
  }

  /** `close()`: what waits is answered first. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread.close();
  }

  /**
   * Resolves when the thread has ended, by `close` or by itself, and all has been given back. A job that
   * never returns cannot be ended: then it stays pending, and keeps the process alive unless `unref()` was
   * called.
   */
  get closed(): Promise<void> {
    return this.#thread.closed;
  }

  /** Calls that may be on their way at once. */
  get capacity(): number {
    return this.#thread.capacity;
  }

  /** Calls whose promise is pending. */
  get waiting(): number {
    return this.#thread.waiting;
  }

  /** Answers that belonged to no call. Anything but 0 is a defect of ours. */
  get strays(): number {
    return this.#thread.strays;
  }

  /** What the thread has counted so far; final when `closed` has resolved. */
  get counts(): ThreadCounts {
    return this.#thread.counts;
  }

  /** The kernel's id of the thread. */
  get threadId(): number {
    return this.#thread.threadId;
  }

  /** The thread keeps the process alive: how it begins. */
  ref(): this {
    this.#thread.setRef(true);
    return this;
  }

  /** Neither the thread nor the calls that wait for it keep the process alive any more. */
  unref(): this {
    this.#thread.setRef(false);
    return this;
  }
}

function overRing(ring: Ring<"u32">, hear: (slot: number) => void) {
  ring.onItem(hear);
  return {
    setRef(isRef: boolean) {
      if (isRef) ring.ref();
      else ring.unref();
    },
    close() {
      ring.close();
      return ring.closed;
    },
  };
}

/** The next power of two. */
function roomFor(count: number): number {
  return 2 ** Math.max(1, Math.ceil(Math.log2(count)));
}
