import type { Pointer } from "bun:ffi";
import type { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";
import { PendingCalls } from "./calls.ts";
import { checkClose } from "./check-call.ts";
import { workerClosed, workerDied, workerNotStarted } from "./dedicated.ts";
import {
  NativeThread,
  type NativeThreadConfig,
  Status,
  type ThreadCounts,
  ThreadState,
} from "./native-thread.ts";
import type { CallOptions, CloseOptions } from "./options.ts";
import {
  type CheckedRequest,
  checkRequest,
  type JobAnswer,
  type JobInput,
} from "./thread-options.ts";

/** What brings the numbers of finished calls from the thread to JavaScript. */
export type Carrier = {
  /** Whether it keeps the process alive from now on. */
  setRef(isRef: boolean): void;
  /** Gives back what it took. The thread rings no more. */
  close(): void | Promise<void>;
};

export type ThreadCallsOptions = NativeThreadConfig & {
  readonly timeoutMs?: number | undefined;
};

/** While calls wait, it is looked so often whether the thread is still there. */
const watchMs = 25;
/** A thread that is gone may have answered: it is listened for so long, as often as that brings something. */
const graceMs = 5;
const takenMost = 256;

/**
 * A native thread and the calls that wait for it, whatever carries the answers. Who opens it gives it a
 * carrier and starts it:
 *
 *     const thread = new ThreadCalls(native, options);
 *     thread.carryBy(openCarrier(thread.native, thread.hear));
 *     thread.start();
 */
export class ThreadCalls<Answer extends JobAnswer> {
  readonly native: NativeThread;
  /** The kernel's id of the thread, once it was started. */
  threadId = 0;
  readonly #calls: PendingCalls<Answer>;
  readonly #pointer: Pointer;
  readonly #send: Native["symbols"]["wb_dedicated_send"];
  readonly #taken = new Uint32Array(new ArrayBuffer(4 * takenMost));
  readonly #closed = Promise.withResolvers<void>();
  #statuses: Uint32Array;
  #values: Float64Array;
  #carrier: Carrier | undefined;
  #state: "open" | "closing" | "ended" = "open";
  #watch: NodeJS.Timeout | undefined;
  #isWatched = false;
  /** Calls that had not come back when the thread was last seen gone. */
  #takenWhenGone = Number.POSITIVE_INFINITY;
  #lastCounts: ThreadCounts | undefined;

  /** @throws WakerbenchError DISPATCH_OPEN_FAILED, DISPATCH_OPTION_BAD */
  constructor(native: Native, options: ThreadCallsOptions) {
    const { capacity, timeoutMs } = options;
    this.#calls = new PendingCalls<Answer>({
      capacity,
      timeoutMs,
      onAbandon: (slot) => {
        if (this.#state !== "ended") this.native.cancel(slot);
      },
    });
    this.native = new NativeThread(native, options);
    this.#pointer = this.native.pointer;
    this.#send = native.symbols.wb_dedicated_send;
    this.#statuses = this.native.statuses;
    this.#values = this.native.values;
  }

  get capacity(): number {
    return this.#calls.capacity;
  }

  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Calls that wait, and those whose end in the worker nobody awaits any more. */
  get taken(): number {
    return this.#calls.taken;
  }

  /** Answers that belonged to no call. Anything but 0 is a defect. */
  get strays(): number {
    return this.#calls.strays;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Also when it is closed. */
  get counts(): ThreadCounts {
    return this.#lastCounts ?? this.native.counts();
  }

  carryBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  /** @throws WakerbenchError DISPATCH_OPEN_FAILED; all is given back then, but the carrier */
  start(): void {
    try {
      this.threadId = this.native.start();
    } catch (thrown) {
      this.discard();
      throw thrown;
    }
    // A thread that cannot start says so by its farewell, which is worth hearing before any call.
    this.#look(watchMs);
  }

  /** Gives back a thread that was not started. */
  discard(): void {
    this.#state = "ended";
    this.native.free();
  }

  call(input: JobInput, options: CallOptions | undefined): Promise<Answer> {
    const calls = this.#calls;
    let slot = -1;
    try {
      // Read first: from when the call is open until its promise is made, nothing of the caller's own may run.
      const request = typeof input === "number" ? undefined : checkRequest(input);
      slot = calls.open(options);
      if (request === undefined) this.#send(this.#pointer, slot, 0, input as number);
      else this.#sendRequest(slot, request);
    } catch (thrown) {
      if (slot >= 0) calls.takeBack(slot);
      return Promise.reject(thrown);
    }
    if (!this.#isWatched) this.#look(watchMs);
    return calls.promiseOf(slot, options);
  }

  close(options: CloseOptions = {}): Promise<void> {
    try {
      checkClose(options);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    if (this.#state === "ended") return this.closed;
    const isFirst = this.#state === "open";
    this.#state = "closing";
    if (isFirst) this.#calls.refuse(workerClosed());
    // Before the thread is told to end, which it does not do before all has been done or taken back.
    if (options.pending === "reject") {
      // First: a job that is told returns, and the thread would begin with what waits.
      this.native.takeBackAll();
      this.#calls.rejectAll(workerClosed());
    }
    if (isFirst) this.native.close();
    if (!this.#isWatched) this.#look(watchMs);
    return this.closed;
  }

  setRef(isRef: boolean): void {
    this.#carrier?.setRef(isRef);
  }

  /** The call in this slot is done. What a carrier calls that brings numbers. */
  readonly hear = (slot: number): void => {
    const status = this.#statuses[4 * slot];
    if (status === Status.number && slot !== this.#calls.capacity) {
      this.#calls.answer(slot, this.#values[2 * slot + 1] as Answer);
    } else this.#hearMore(slot, status);
  };

  /** Calls may be done. What a carrier calls that brings no numbers. */
  readonly hearAll = (): void => {
    while (this.#state !== "ended") {
      const taken = this.native.take(this.#taken);
      for (let index = 0; index < taken; index++) this.hear(this.#taken[index] as number);
      if (taken < takenMost) return;
    }
  };

  #sendRequest(slot: number, { kind, number, bytes }: CheckedRequest): void {
    if (bytes === undefined) this.#send(this.#pointer, slot, kind, number);
    else this.native.sendBytes(slot, kind, number, bytes);
  }

  #hearMore(slot: number, status: number | undefined): void {
    if (this.#state === "ended") return;
    if (slot === this.native.farewell) {
      this.#end();
      return;
    }
    const calls = this.#calls;
    if (!calls.isAwaited(slot)) {
      if (status === Status.bytes || status === Status.failed) this.native.dropBytes(slot);
      calls.finish(slot);
    } else if (status === Status.bytes) {
      calls.answer(slot, this.native.takeBytes(slot) as Answer);
    } else if (status === Status.failed) calls.fail(slot, this.native.takeError(slot));
    else calls.answer(slot, undefined as Answer);
  }

  /** Looks in a while whether the thread is still there. Such a timer keeps nothing alive. */
  #look(afterMs: number): void {
    this.#isWatched = true;
    clearTimeout(this.#watch);
    this.#watch = setTimeout(this.#lookNow, afterMs);
    this.#watch.unref();
  }

  readonly #lookNow = (): void => {
    this.#isWatched = false;
    if (this.#state === "ended") return;
    if (this.native.state() === ThreadState.running) {
      if (this.#calls.taken > 0 || this.#state === "closing") this.#look(watchMs);
      return;
    }
    const { taken } = this.#calls;
    if (taken === this.#takenWhenGone) {
      this.#end();
      return;
    }
    this.#takenWhenGone = taken;
    this.#look(graceMs);
  };

  /** The thread has said farewell, or is gone. */
  #end(): void {
    this.native.join();
    const calls = this.#calls;
    const cause = this.#causeOfDeath();
    const isInOrder = this.#state === "closing" && calls.waiting === 0;
    this.#state = "ended";
    clearTimeout(this.#watch);
    calls.stop();
    if (!isInOrder) {
      calls.refuse(cause);
      calls.rejectAll(cause);
    }
    this.#lastCounts = this.native.counts();
    // What is heard from now on is not of this thread.
    this.#statuses = new Uint32Array(0);
    this.#values = new Float64Array(0);
    this.#closed.resolve(this.#giveBack());
  }

  #causeOfDeath(): WakerbenchError {
    const { native } = this;
    if (native.state() === ThreadState.died) return workerDied("its thread is gone");
    if (this.#statuses[4 * native.farewell] !== Status.failed) {
      return workerDied("its answers did not arrive");
    }
    const cause = native.takeError(native.farewell);
    return workerNotStarted(`it could not start: ${cause.message}`, cause);
  }

  /** Later, because what carries the answers may have called this. */
  async #giveBack(): Promise<void> {
    await null;
    try {
      await this.#carrier?.close();
    } finally {
      this.native.free();
    }
  }
}
