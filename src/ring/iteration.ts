import type { Listener } from "./delivery.ts";
import type { Intake } from "./intake.ts";
import type { RingItem, RingPayload } from "./options.ts";
import type { Turns } from "./turns.ts";

/** Items between two looks at the clock. */
const stride = 8;

/** Yields items to one `for await` loop, and gives the event loop its turns as a handler would. */
export class Iteration<P extends RingPayload> implements Listener {
  readonly #intake: Intake<P>;
  readonly #turns: Turns;
  readonly #budgetMs: number;
  #isStopped = false;
  #wake: (() => void) | null = null;

  constructor(intake: Intake<P>, turns: Turns, budgetMs: number) {
    this.#intake = intake;
    this.#turns = turns;
    this.#budgetMs = budgetMs;
  }

  run(): void {
    this.#intake.isAwake = true;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  stop(): void {
    this.#isStopped = true;
    this.run();
  }

  /** Ends when the ring has, or is stopped. */
  async *items(): AsyncGenerator<RingItem<P>, void, void> {
    const intake = this.#intake;
    let startedMs = performance.now();
    let sinceLook = 0;
    while (!this.#isStopped) {
      if (intake.next === intake.count && !this.#refill()) {
        await this.#entry();
        startedMs = performance.now();
        continue;
      }
      yield intake.take();
      if (++sinceLook < stride) continue;
      sinceLook = 0;
      if (performance.now() - startedMs < this.#budgetMs) continue;
      // Promises that are resolved already never let the event loop turn.
      this.#turns.ask();
      await this.#entry();
      startedMs = performance.now();
    }
  }

  /** Returns false when there is nothing, and somebody will call `run`. */
  #refill(): boolean {
    const intake = this.#intake;
    if (!intake.isAwake) return false;
    if (intake.refill() > 0) return true;
    if (intake.isAwake) this.#turns.ask();
    return false;
  }

  #entry(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
