/** The longest that a timer can wait for. */
const sleepMsMax = 2 ** 31 - 1;

/**
 * When the calls in slots time out, with one timer for all of them. The timer is not moved when a call is
 * settled: it comes, finds nothing due, and sleeps until the next deadline, if there is one. So a call
 * with a timeout costs a look at the clock. The timer keeps nothing alive.
 */
export class Deadlines {
  readonly #onDue: (slot: number) => void;
  /** By slot, on the clock of `performance.now()`; Infinity: none. */
  readonly #dueMs: Float64Array;
  /** No slot from this one on ever had a deadline. */
  #slotsUsed = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  /** @param onDue called for each slot that is due; its deadline is cleared by then */
  constructor(capacity: number, onDue: (slot: number) => void) {
    this.#onDue = onDue;
    this.#dueMs = new Float64Array(capacity).fill(Number.POSITIVE_INFINITY);
  }

  set(slot: number, timeoutMs: number): void {
    const nowMs = performance.now();
    const dueMs = nowMs + timeoutMs;
    this.#dueMs[slot] = dueMs;
    if (slot >= this.#slotsUsed) this.#slotsUsed = slot + 1;
    if (dueMs < this.#timerDueMs) this.#sleepUntil(dueMs, nowMs);
  }

  clear(slot: number): void {
    this.#dueMs[slot] = Number.POSITIVE_INFINITY;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    this.#dueMs.fill(Number.POSITIVE_INFINITY);
  }

  #sleepUntil(dueMs: number, nowMs: number): void {
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    const sleepMs = Math.min(sleepMsMax, Math.max(1, Math.ceil(dueMs - nowMs)));
    this.#timer = setTimeout(this.#look, sleepMs);
    this.#timer.unref();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#slotsUsed; slot++) {
      const dueMs = this.#dueMs[slot] as number;
      if (dueMs > nowMs) {
        if (dueMs < nextMs) nextMs = dueMs;
        continue;
      }
      this.#dueMs[slot] = Number.POSITIVE_INFINITY;
      this.#onDue(slot);
    }
    if (nextMs < this.#timerDueMs) this.#sleepUntil(nextMs, nowMs);
  };
}
