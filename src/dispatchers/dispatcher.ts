import type { Approach, Settings } from "../approaches/approach.ts";
import type { CallOptions } from "../dispatch/options.ts";
import type { Native } from "../native/library.ts";
import type { WakeReader } from "../wakers/waker.ts";

/**
 * What each call of the scenario `dispatch` does on the worker: nothing, spinning for so many
 * nanoseconds, giving the core away once, or one prepared SQLite query (`src/dispatchers/query.ts`).
 * Whatever it is, the answer is the number that the call was sent with.
 */
export type Work =
  | { readonly kind: "spin"; readonly spinNs: number }
  | { readonly kind: "yield" }
  | { readonly kind: "sqlite" };

/** What a dispatcher is given to work with. */
export type DispatchContext = {
  /** Parameters of the contender, with the defaults of those that were not written. */
  readonly parameters: Settings;
  readonly work: Work;
  /** Calls that may wait at once: at least as many as will be in flight. A power of two. */
  readonly capacity: number;
  /** Whether the worker will share one core with the loop. */
  readonly sharesCore: boolean;
  /**
   * The core of the threads that do the work: those that start later than the visit places them, as a
   * pool's may, pin themselves. -1: nobody is pinned.
   */
  readonly workerCore: number;
  readonly native: Native;
  readonly libraryPath: string;
  /** Reads a file descriptor in the way that suits this runtime. The reader owns the descriptor. */
  read(fd: number): WakeReader;
};

/** An open worker or pool. */
export type OpenDispatcher = {
  /**
   * Has the work done, and resolves with `number`, as the worker sent it back.
   *
   * @param number a whole number below 2^53
   */
  call(number: number, options?: CallOptions): Promise<number>;
  /**
   * A call whose job throws in the worker: always rejected with an error whose message contains
   * `number`, and whose `stack` says where in the worker.
   */
  fail(number: number, options?: CallOptions): Promise<never>;
  /**
   * The kernel's ids of the threads that do the work, as far as they have worked or exist by now. They are
   * pinned and their CPU is counted by these.
   */
  threadIds(): readonly number[];
  /**
   * How many answers have come so far for a call that had been answered before, or that nobody made. An answer
   * that is dropped because its call was cancelled or timed out is none of them. Absent where a library keeps
   * that to itself.
   */
  strayAnswers?(): number;
  /** Ends the worker in order. No call waits any more. */
  close(): Promise<void>;
};

/** One way to hand calls to a thread and to get their answers. */
export type Dispatcher = Approach & {
  /** Who does the work: one native thread, one Bun Worker, a pool of threads, or nobody but C (the floor). */
  readonly kind: "thread" | "worker" | "pool" | "floor";
  /** Platforms that have it, as `process.platform` names them. */
  readonly platforms: readonly NodeJS.Platform[];
  /** What must be known to read its figures: tables mark the row and say it below. */
  readonly caveat?: string;
  open(context: DispatchContext): Promise<OpenDispatcher>;
};
