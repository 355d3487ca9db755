import { WakerbenchError } from "../errors.ts";
import { CallSignals } from "./call-signals.ts";
import { checkCall, checkTimeout } from "./check-call.ts";
import { Deadlines } from "./deadlines.ts";
import type { CallOptions } from "./options.ts";

const free = 0;
const waiting = 1;
/** Its promise was settled early, and its answer has still to come. */
const abandoned = 2;

type Settle<T> = (value: T) => void;

/** How a table of calls is made. */
export type PendingCallsOptions = {
  /** Calls that may be on their way at once. */
  readonly capacity: number;
  /** The timeout of calls that name none, milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined;
  /** Tells the worker that nobody awaits the call in this slot any more. */
  readonly onAbandon: (slot: number) => void;
};

/**
 * The calls of one worker that wait for their answers, each in a slot with a promise that is settled
 * exactly once.
 *
 * A call that was cancelled or timed out is rejected at once, but keeps its slot until its answer has
 * come, or the owner knows that none will (`finish`): so a late answer can never be taken for that of
 * another call. A plain call costs its promise and a few stores: signals and deadlines are kept apart.
 *
 *     const slot = calls.open(options);          // throws what the call is to be rejected with
 *     send(slot, input);
 *     return calls.promiseOf(slot, options);
 */
export class PendingCalls<Answer> {
  readonly capacity: number;
  /** Calls whose promise is pending. */
  waiting = 0;
  /** Slots that are taken: those that wait, and those whose answer nobody awaits any more. */
  taken = 0;
  /** Answers that belonged to no call at all. Anything but 0 is a defect of the worker. */
  strays = 0;
  readonly #states: Uint8Array;
  readonly #freeSlots: Int32Array;
  readonly #resolves: (Settle<Answer> | undefined)[];
  readonly #rejects: (Settle<unknown> | undefined)[];
  /** 1 where a slot has a signal or a deadline. */
  readonly #hasOptions: Uint8Array;
  readonly #timeoutMs: number | undefined;
  readonly #onAbandon: (slot: number) => void;
  readonly #signals: CallSignals;
  readonly #deadlines: Deadlines;
  #opening = 0;
  #refusal: Error | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  /** @throws WakerbenchError DISPATCH_OPTION_BAD */
  constructor({ capacity, timeoutMs, onAbandon }: PendingCallsOptions) {
    if (timeoutMs !== undefined) checkTimeout(timeoutMs);
    this.capacity = capacity;
    this.#timeoutMs = timeoutMs;
    this.#onAbandon = onAbandon;
    this.#states = new Uint8Array(capacity);
    this.#hasOptions = new Uint8Array(capacity);
    // A stack, with slot 0 on top: few calls at once use few slots, which stay in the cache.
    this.#freeSlots = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
    this.#resolves = new Array(capacity).fill(undefined);
    this.#rejects = new Array(capacity).fill(undefined);
    this.#signals = new CallSignals((slot, reason) => this.#abandon(slot, reason));
    this.#deadlines = new Deadlines(capacity, (slot) => this.#abandon(slot, timedOut()));
  }

  /**
   * Takes a slot for a call that is about to be sent.
   *
   * @throws what the call is to be rejected with: the signal's reason, WakerbenchError QUEUE_FULL,
   * DISPATCH_OPTION_BAD, or what `refuse` was given
   */
  open(options: CallOptions | undefined): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (options !== undefined) checkCall(options);
    const { taken, capacity } = this;
    if (taken === capacity) throw queueFull(capacity);
    const slot = this.#freeSlots[capacity - 1 - taken] as number;
    this.taken = taken + 1;
    this.#states[slot] = waiting;
    this.waiting++;
    return slot;
  }

  /** The promise of the call in a slot that was just opened, with the same options. */
  promiseOf(slot: number, options: CallOptions | undefined): Promise<Answer> {
    this.#opening = slot;
    const promise = new Promise<Answer>(this.#park);
    if (options !== undefined || this.#timeoutMs !== undefined) this.#attach(slot, options);
    return promise;
  }

  /** The call in a slot that was opened could not be sent: as if it had never been. */
  takeBack(slot: number): void {
    this.waiting--;
    this.#release(slot);
  }

  /** The answer to the call in a slot has come. Nobody hears it when the call was abandoned. */
  answer(slot: number, answer: Answer): void {
    if (this.#states[slot] !== waiting) {
      this.finish(slot);
      return;
    }
    const resolve = this.#resolves[slot] as Settle<Answer>;
    this.#settle(slot);
    this.#release(slot);
    resolve(answer);
  }

  /** The call in a slot has failed. Nobody hears it when the call was abandoned. */
  fail(slot: number, error: unknown): void {
    if (this.#states[slot] !== waiting) {
      this.finish(slot);
      return;
    }
    const reject = this.#rejects[slot] as Settle<unknown>;
    this.#settle(slot);
    this.#release(slot);
    reject(error);
  }

  /** No answer will come any more for the abandoned call in a slot: the slot is free again. */
  finish(slot: number): void {
    if (this.#states[slot] === abandoned) this.#release(slot);
    else this.strays++;
  }

  /** Whether the promise of the call in a slot is pending: an answer would be heard. */
  isAwaited(slot: number): boolean {
    return this.#states[slot] === waiting;
  }

  /** Calls from now on are rejected with this. */
  refuse(error: Error): void {
    this.#refusal = error;
  }

  /** Rejects all calls that wait. They are abandoned, and keep their slots. */
  rejectAll(error: unknown): void {
    for (let slot = 0; slot < this.capacity && this.waiting > 0; slot++) {
      if (this.#states[slot] === waiting) this.#abandon(slot, error);
    }
  }

  /** Resolves when no slot is taken, which may be now. */
  idle(): Promise<void> {
    if (this.taken === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** Ends the timer. Calls that wait have no timeout any more. */
  stop(): void {
    this.#deadlines.stop();
  }

  readonly #park = (resolve: Settle<Answer>, reject: Settle<unknown>): void => {
    this.#resolves[this.#opening] = resolve;
    this.#rejects[this.#opening] = reject;
  };

  #attach(slot: number, options: CallOptions | undefined): void {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    if (timeoutMs !== undefined) this.#deadlines.set(slot, timeoutMs);
    const signal = options?.signal;
    if (signal !== undefined) this.#signals.add(slot, signal);
    if (timeoutMs !== undefined || signal !== undefined) this.#hasOptions[slot] = 1;
  }

  /** Its promise is about to be settled. */
  #settle(slot: number): void {
    this.waiting--;
    // What was answered must not be kept by the slot until its next call.
    this.#resolves[slot] = undefined;
    this.#rejects[slot] = undefined;
    if (this.#hasOptions[slot] === 0) return;
    this.#hasOptions[slot] = 0;
    this.#deadlines.clear(slot);
    this.#signals.remove(slot);
  }

  #abandon(slot: number, reason: unknown): void {
    const reject = this.#rejects[slot] as Settle<unknown>;
    this.#settle(slot);
    this.#states[slot] = abandoned;
    reject(reason);
    this.#onAbandon(slot);
  }

  #release(slot: number): void {
    this.#states[slot] = free;
    this.taken--;
    this.#freeSlots[this.capacity - 1 - this.taken] = slot;
    if (this.taken === 0 && this.#idle !== undefined) {
      this.#idle.resolve();
      this.#idle = undefined;
    }
  }
}

function queueFull(capacity: number): WakerbenchError {
  const calls = capacity === 1 ? "1 call is on its" : `${capacity} calls are on their`;
  return new WakerbenchError("QUEUE_FULL", `${calls} way already`, {
    remedy: "await some of them before you make more, or open the worker with a greater capacity",
  });
}

function timedOut(): DOMException {
  return new DOMException("The call timed out", "TimeoutError");
}
