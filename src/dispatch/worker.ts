import { WakerbenchError } from "../errors.ts";
import { PendingCalls } from "./calls.ts";
import { checkClose, shown } from "./check-call.ts";
import {
  type Dedicated,
  type JobError,
  workerClosed,
  workerDied,
  workerNotStarted,
} from "./dedicated.ts";
import { openLink } from "./open-link.ts";
import type { CloseOptions } from "./options.ts";
import type { JobTable } from "./serve.ts";
import { errorOf } from "./thrown.ts";
import { deathCause, summaryOf } from "./worker-death.ts";
import type { WorkerLink } from "./worker-link.ts";
import {
  checkWorkerOptions,
  type DedicatedWorkerOptions,
  type WorkerCallOptions,
} from "./worker-options.ts";
import {
  type AnswerMessage,
  isSign,
  type Outcome,
  outcomes,
  slotStates,
  type ThrownRecord,
  type WorkerSign,
} from "./worker-protocol.ts";

const noArguments: readonly never[] = [];

/** Without `typeof jobs` every name is taken, and answers are `unknown`. */
type UntypedJobs = Record<string, (...args: unknown[]) => unknown>;

/** The names of jobs that can be called without arguments. */
type WithoutArguments<J extends JobTable<J>> = {
  [K in keyof J]: [] extends Parameters<J[K]> ? K : never;
}[keyof J];

/**
 * A Bun Worker that is called like functions: `await worker.call("add", [1, 2])`. Its module calls
 * `serve`, whose jobs give the calls their types.
 *
 *     import type { jobs } from "./jobs.ts";
 *     await using worker = new DedicatedWorker<typeof jobs>(new URL("./jobs.ts", import.meta.url));
 *     const sum = await worker.call("add", [1, 2], { timeoutMs: 1000 });
 *
 * Calls are begun in the order in which they were made, one after the other; asynchronous jobs overlap.
 * Arguments and answers are copied as `structuredClone` does. A call is settled exactly once:
 *
 * - with what the job returned;
 * - with a `JobError` when it threw: name, message, `code` and `cause` of the error, and the stack in the Worker;
 * - with the signal's reason when it is cancelled, with a DOMException "TimeoutError" when it times out. If it had
 *   not been begun by then, it never is; else the job is told (`JobContext`), and what it answers is dropped;
 * - with a DOMException "DataCloneError" when an argument cannot be copied; with a `JobError` of that name when
 *   the answer cannot;
 * - with a WakerbenchError QUEUE_FULL, JOB_UNKNOWN, WORKER_CLOSED, or WORKER_DIED when the Worker ended with the
 *   call on its way: by `process.exit()`, by an error outside of a job, because its module cannot be loaded or does
 *   not call `serve`;
 * - with a WakerbenchError DISPATCH_OPTION_BAD when its arguments are no array, or an option is wrong.
 *
 * It keeps the process alive until it is closed, or `unref()` is called. Without `<typeof jobs>` every name is
 * taken, and answers are `unknown`.
 */
export class DedicatedWorker<J extends JobTable<J> = UntypedJobs> implements Dedicated {
  /** Calls that may be on their way at once. */
  readonly capacity: number;
  readonly #worker: Worker;
  readonly #calls: PendingCalls<unknown>;
  readonly #link: WorkerLink;
  readonly #slotStates: Int32Array;
  readonly #jobs = new Map<PropertyKey, number>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #startTimer: NodeJS.Timeout;
  #state: "open" | "closing" | "dead" | "ended" = "open";
  /** The job that was called last: most programs call one over and over. */
  #lastName: PropertyKey = Symbol("none yet");
  #lastJob = -1;
  #isServing = false;
  #isLeaving = false;
  /** What its `stop` threw. */
  #fault: JobError | undefined;

  /**
   * @param module the file that calls `serve`; relative to the current directory when it is a string
   * @throws WakerbenchError DISPATCH_OPTION_BAD, DISPATCH_OPEN_FAILED, UNSUPPORTED
   */
  constructor(module: URL | string, options: DedicatedWorkerOptions = {}) {
    const { capacity, channel, timeoutMs, startTimeoutMs } = checkWorkerOptions(options);
    this.capacity = capacity;
    this.#slotStates = new Int32Array(
      new SharedArrayBuffer(capacity * Int32Array.BYTES_PER_ELEMENT),
    );
    this.#calls = new PendingCalls({ capacity, timeoutMs, onAbandon: this.#onAbandon });
    this.#worker = startWorker(module, options);
    const isAnswered = channel === "post-message";
    this.#worker.onmessage = ({ data }: MessageEvent<AnswerMessage | WorkerSign>) => {
      // What a job posts by itself is none of ours.
      if (Array.isArray(data)) {
        if (isAnswered) this.#hear(data[0], data[1], data[2]);
      } else if (isSign(data)) this.#hearSign(data);
    };
    this.#worker.addEventListener("error", (event) => this.#onError(event));
    this.#worker.addEventListener("messageerror", () =>
      this.#die("a message of it cannot be read"),
    );
    this.#worker.addEventListener("close", (event) => this.#onClose(event));
    this.#link = openLink(channel, {
      worker: this.#worker,
      capacity,
      slotStates: this.#slotStates,
      hear: this.#hear,
    });
    const late = `its module has not called serve() within ${startTimeoutMs} ms`;
    this.#startTimer = setTimeout(() => this.#die(late), startTimeoutMs);
    this.#startTimer.unref();
  }

  /** Calls whose promise is pending. */
  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Answers that belonged to no call: anything but 0 is a defect of the library. */
  get strays(): number {
    return this.#calls.strays;
  }

  /** Resolves when the Worker has ended, by `close` or by itself, and all has been given back. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * Has a job done.
   *
   * @param name one of the names that the module gave `serve`
   * @param args its arguments; may be left out where it needs none
   * @returns what it returned. How it is rejected: see the class.
   */
  call<K extends keyof J>(
    name: K,
    args: Parameters<J[K]>,
    options?: WorkerCallOptions,
  ): Promise<Awaited<ReturnType<J[K]>>>;
  call<K extends WithoutArguments<J>>(name: K): Promise<Awaited<ReturnType<J[K]>>>;
  call(
    name: PropertyKey,
    args: readonly unknown[] = noArguments,
    options?: WorkerCallOptions,
  ): Promise<unknown> {
    const calls = this.#calls;
    let slot: number;
    try {
      if (!Array.isArray(args)) throw noArray(name, args);
      slot = calls.open(options);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    // Before it is sent: copying the arguments may run code of the caller's own, which may abort or close.
    const promise = calls.promiseOf(slot, options);
    // The Worker reads it after the call that is sent next.
    this.#slotStates[slot] = slotStates.sent;
    try {
      const job = name === this.#lastName ? this.#lastJob : this.#jobOf(name);
      this.#link.send(slot, job, args, options?.transfer);
    } catch (thrown) {
      calls.fail(slot, thrown);
    }
    return promise;
  }

  /**
   * Refuses calls from now on, then:
   *
   * - `pending: "drain"` (the default): the calls on their way are answered, those too that were cancelled while
   *   their job ran; `stop` of `serve` runs, and the Worker ends;
   * - `pending: "reject"`: those that wait are rejected with WORKER_CLOSED, and the Worker is terminated where it
   *   stands. A Worker that is inside a native call ends when that returns.
   *
   * Closing again is closing once; a second one with `pending: "reject"` rejects what the first would have drained.
   * Resolves as `closed` does; rejected with the `JobError` of what `stop` threw.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    checkClose(options);
    if (this.#state === "open") {
      this.#state = "closing";
      this.#calls.refuse(workerClosed());
      this.#calls.idle().then(() => this.#leave());
    }
    if (options.pending === "reject" && this.#state === "closing") {
      this.#end();
      this.#calls.rejectAll(workerClosed());
    }
    await this.#closed.promise;
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** `close()`: what waits is answered first. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The Worker keeps the process alive: how it begins. */
  ref(): this {
    this.#worker.ref();
    this.#link.setRef(true);
    return this;
  }

  /** The Worker, and the calls that wait for it, no longer keep the process alive. */
  unref(): this {
    this.#worker.unref();
    this.#link.setRef(false);
    return this;
  }

  #jobOf(name: PropertyKey): number {
    let job = this.#jobs.get(name);
    if (job === undefined) {
      job = this.#jobs.size;
      this.#link.define(String(name));
      this.#jobs.set(name, job);
    }
    this.#lastName = name;
    this.#lastJob = job;
    return job;
  }

  readonly #onAbandon = (slot: number): void => {
    if (this.#state === "dead" || this.#state === "ended") return;
    const state = Atomics.exchange(this.#slotStates, slot, slotStates.abandoned);
    if (state === slotStates.underWay) this.#link.takeBack(slot);
  };

  readonly #hear = (slot: number, outcome: Outcome, content: unknown): void => {
    if (outcome === outcomes.answered) this.#calls.answer(slot, content);
    else if (!this.#calls.isAwaited(slot)) this.#calls.finish(slot);
    else if (outcome === outcomes.threw) this.#calls.fail(slot, errorOf(content as ThrownRecord));
    else this.#calls.fail(slot, unknownJob(content as readonly string[]));
  };

  #hearSign(sign: WorkerSign): void {
    if (this.#state === "dead") return;
    if (sign.sign === "serving") {
      this.#isServing = true;
      clearTimeout(this.#startTimer);
      this.#link.begin();
      return;
    }
    if (sign.fault !== null) this.#fault = errorOf(sign.fault);
    this.#end();
  }

  /** All calls are answered. */
  #leave(): void {
    if (this.#state !== "closing" || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#link.leave();
  }

  /** The Worker ends by our will: it has left, or shall not go on. */
  #end(): void {
    this.#state = "dead";
    this.#worker.terminate();
  }

  #onError(event: Event): void {
    event.preventDefault();
    const text = (event as ErrorEvent).message;
    this.#die(summaryOf(text), deathCause(text));
  }

  #onClose(event: Event): void {
    const { code } = event as CloseEvent;
    const how = `it ended with exit code ${code}`;
    this.#die(this.#isServing ? how : `${how}, and its module has not called serve()`);
    this.#state = "ended";
    clearTimeout(this.#startTimer);
    this.#calls.stop();
    this.#link.close();
    this.#closed.resolve();
  }

  #die(how: string, cause?: Error): void {
    if (this.#state === "dead" || this.#state === "ended") return;
    // What was answered before counts as answered.
    this.#link.drain();
    const error = this.#isServing ? workerDied(how, cause) : workerNotStarted(how, cause);
    if (this.#state === "open") this.#calls.refuse(error);
    this.#end();
    clearTimeout(this.#startTimer);
    this.#calls.rejectAll(error);
  }
}

function startWorker(module: URL | string, { worker }: DedicatedWorkerOptions): Worker {
  try {
    return new Worker(module, { ...worker });
  } catch (cause) {
    throw new WakerbenchError("DISPATCH_OPEN_FAILED", `no Worker can be made of ${module}`, {
      remedy: "name the file of a module that calls serve()",
      cause,
    });
  }
}

function unknownJob([name, ...served]: readonly string[]): WakerbenchError {
  return new WakerbenchError("JOB_UNKNOWN", `the worker serves no job "${name}"`, {
    remedy: served.length === 0 ? "give serve() its jobs" : `it serves ${served.join(", ")}`,
  });
}

function noArray(name: PropertyKey, args: unknown): WakerbenchError {
  return new WakerbenchError(
    "DISPATCH_OPTION_BAD",
    `the arguments of "${String(name)}" are no array: ${shown(args)}`,
    { remedy: `write call("${String(name)}", [first, second], options)` },
  );
}
