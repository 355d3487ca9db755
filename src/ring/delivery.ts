import type { Intake } from "./intake.ts";
import type { RingBatch, RingItem, RingPayload } from "./options.ts";
import type { Turns } from "./turns.ts";

/** What hears a ring. */
export type Listener = {
  /**
   * Called at every entry into JavaScript: by the doorbell, or by a turn that was asked for. It looks
   * into the native queue at least once.
   */
  run(): void;
  /** It hears nothing more. */
  stop(): void;
};

const strideMax = 64;
/** What a drain returns that found one item and fell asleep. */
const oneAndAsleep = -2;

/** Hands each item to `handler`. */
export function deliverItems<P extends RingPayload>(
  intake: Intake<P>,
  turns: Turns,
  budgetMs: number,
  handler: (item: RingItem<P>) => void,
): Listener {
  const { drain, ring, out, most } = intake;
  const delivery = new Delivery(intake, turns, budgetMs, () => {
    // The end is read again each time: the handler may close the ring, or put another in its place.
    while (intake.next < intake.end) handler(intake.take());
  });
  return {
    stop: () => delivery.stop(),
    // What a single wake runs, written flat: few calls, and no look at the clock. Such code is mostly
    // interpreted, since a loop that is woken now and then never gets hot.
    run() {
      if (intake.next !== intake.count || delivery.isHeld) {
        intake.isAwake = true;
        delivery.run();
        return;
      }
      const drained = drain(ring, out, most);
      if (drained !== oneAndAsleep) {
        intake.accept(drained);
        delivery.run();
        return;
      }
      intake.isAwake = false;
      try {
        handler(intake.first());
      } catch (thrown) {
        delivery.throwLater(thrown);
      }
    },
  };
}

/** Hands all that came at once to `handler`. */
export function deliverBatches<P extends RingPayload>(
  intake: Intake<P>,
  turns: Turns,
  budgetMs: number,
  handler: (items: RingBatch<P>) => void,
): Listener {
  const delivery = new Delivery(intake, turns, budgetMs, () => handler(intake.takeAll()));
  return {
    stop: () => delivery.stop(),
    run() {
      intake.isAwake = true;
      delivery.run();
    },
  };
}

/**
 * Hands over until nothing is left or the budget is used up; then it comes back in a later turn of the
 * event loop, so that timers and sockets live beside a flood. The clock is read once a stride, and the
 * stride is fitted to what the handler takes.
 */
class Delivery<P extends RingPayload> {
  /** Nothing is handed over until what a handler threw has been heard. */
  isHeld = false;
  readonly #intake: Intake<P>;
  readonly #turns: Turns;
  readonly #budgetMs: number;
  readonly #handOver: () => void;
  #stride = 8;
  #isStopped = false;

  /** @param handOver takes items out of the intake, up to the end of the stride where it can choose */
  constructor(intake: Intake<P>, turns: Turns, budgetMs: number, handOver: () => void) {
    this.#intake = intake;
    this.#turns = turns;
    this.#budgetMs = budgetMs;
    this.#handOver = handOver;
  }

  run(): void {
    if (this.isHeld) return;
    try {
      if (!this.#handOverAll()) this.#turns.ask();
    } catch (thrown) {
      this.throwLater(thrown);
    }
  }

  stop(): void {
    this.#isStopped = true;
    // The rest of a stride that is under way is for whoever comes next.
    this.#intake.end = 0;
  }

  /**
   * What a handler throws is an uncaught exception, and the program's choice whether it outlives that.
   * A timer throws it, so that it is one whichever doorbell led here: where a stream is read, it would
   * be a rejected promise. The items behind wait until then.
   */
  throwLater(thrown: unknown): void {
    this.isHeld = true;
    setTimeout(() => {
      this.isHeld = false;
      this.#turns.ask();
      throw thrown;
    }, 0);
  }

  /** Returns false when it must come back in a later turn. */
  #handOverAll(): boolean {
    const intake = this.#intake;
    let startedMs = -1;
    let lookedMs = -1;
    for (;;) {
      // Awake with nothing: the native side would rather be asked again than sleep and be rung.
      if (intake.next === intake.count && (!intake.isAwake || intake.refill() === 0)) {
        return !intake.isAwake;
      }
      if (startedMs < 0) {
        startedMs = performance.now();
        lookedMs = startedMs;
      }
      intake.end = Math.min(intake.count, intake.next + this.#stride);
      this.#handOver();
      if (this.#isStopped) return true;
      if (intake.next === intake.count) {
        if (!intake.isAwake) return true;
        if (!intake.isFull()) return false;
      }
      const nowMs = performance.now();
      this.#fitStride(nowMs - lookedMs);
      if (nowMs - startedMs >= this.#budgetMs) return false;
      lookedMs = nowMs;
    }
  }

  /** Looks at the clock about eight times a budget, at the latest after `strideMax` items. */
  #fitStride(tookMs: number): void {
    const wantedMs = this.#budgetMs / 8;
    if (tookMs < wantedMs / 2) this.#stride = Math.min(strideMax, this.#stride * 2);
    else if (tookMs > wantedMs * 2) {
      this.#stride = Math.max(1, Math.floor((this.#stride * wantedMs) / tookMs));
    }
  }
}
