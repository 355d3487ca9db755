import { slotStates } from "./worker-protocol.ts";

/**
 * What a job knows of its call: it is `this` in the functions that `serve` is given.
 */
export class JobContext {
  readonly #slotStates: Int32Array;
  readonly #slot: number;
  #controller: AbortController | undefined;
  #isOver = false;

  /** @internal */
  constructor(states: Int32Array, slot: number) {
    this.#slotStates = states;
    this.#slot = slot;
  }

  /**
   * Is aborted when the call is cancelled or times out while an asynchronous job waits for something. A job
   * that does not give the event loop its turn is not reached by it: let it ask `isCancelled()`.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isCancelled()) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /**
   * Whether nobody awaits the call any more: it was cancelled, has timed out, or was answered. It is read
   * from shared memory, so that a job can ask in the midst of a computation. It costs some nanoseconds.
   */
  isCancelled(): boolean {
    return this.#isOver || Atomics.load(this.#slotStates, this.#slot) === slotStates.abandoned;
  }

  /** @internal */
  abort(): void {
    this.#controller?.abort();
  }

  /** The slot belongs to another call from now on. @internal */
  end(): void {
    this.#isOver = true;
  }
}
