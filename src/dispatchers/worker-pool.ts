import type { CallOptions } from "../dispatch/options.ts";
import { entryPath } from "../entry.ts";
import type { DispatchContext, OpenDispatcher } from "./dispatcher.ts";
import { livingThreads } from "./living-threads.ts";
import { type PoolTicket, poolThreads } from "./pool-ticket.ts";

/** What the pools of Bun Workers have in common. */
export type WorkerPool = {
  /** Runs an export of the pool's file on one of its threads. */
  run(number: number, options?: { name?: string; signal?: AbortSignal }): Promise<number>;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Ends its threads. */
  end(): Promise<void>;
};

/** How a pool is made: `run` without a name runs the export `call`. */
export type PoolSetup = {
  filename: string;
  name: "call";
  workerData: PoolTicket;
  idleTimeout: number;
};

/**
 * By default the pools end a thread that is idle for a moment and start another with the next call, 30 ms
 * that no program should choose. A day, as milliseconds: neither takes Infinity.
 */
const idleTimeout = 86_400_000;

/** The file that a pool's threads run, with the exports `call` and `fail`. */
const filename = entryPath("dispatchers/worker-pool-thread");

/**
 * Opens a pool and has it answer once, so that a thread is there, and its work open.
 *
 * @throws what its first thread dies of
 */
export async function openWorkerPool(
  context: DispatchContext,
  make: (setup: PoolSetup) => WorkerPool,
): Promise<OpenDispatcher> {
  const ticket: PoolTicket = {
    libraryPath: context.libraryPath,
    work: context.work,
    workerCore: context.workerCore,
    threads: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * poolThreads)),
  };
  const pool = make({ filename, name: "call", workerData: ticket, idleTimeout });
  await firstAnswer(pool);
  return {
    call: (number, options) =>
      options === undefined ? pool.run(number) : runWith(pool, number, "call", options),
    async fail(number, options = {}) {
      await runWith(pool, number, "fail", options);
      throw new Error(`call ${number} was answered, but its job throws`);
    },
    threadIds: () => livingThreads(ticket.threads, context.native),
    close: () => pool.end(),
  };
}

/** A pool whose threads cannot start says so by events, and answers nobody. */
async function firstAnswer(pool: WorkerPool): Promise<void> {
  const failed = Promise.withResolvers<never>();
  let isOpen = false;
  pool.on("error", (error) => {
    failed.reject(error);
    // Nobody waits for it any more: it is uncaught, as in a program that does not listen.
    if (isOpen) throw error;
  });
  try {
    await Promise.race([pool.run(0), failed.promise]);
    isOpen = true;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** A call with options is one with a signal: a pool knows nothing else. */
async function runWith(
  pool: WorkerPool,
  number: number,
  name: "call" | "fail",
  { signal, timeoutMs }: CallOptions,
): Promise<number> {
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const either = signal && timeout ? AbortSignal.any([signal, timeout]) : (signal ?? timeout);
  if (either === undefined) return pool.run(number, { name });
  try {
    return await pool.run(number, { name, signal: either });
  } catch (error) {
    // The pools reject with an error of their own; the reason is what the caller knows.
    const isAbort = error instanceof Error && error.name === "AbortError";
    throw isAbort && either.aborted ? either.reason : error;
  }
}
