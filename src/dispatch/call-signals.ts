/** The calls of one signal, and what listens to it. */
type Entry = { readonly slots: Set<number>; readonly listener: () => void };

/** Which slots a signal aborts. One listener for each distinct signal, however many calls share it. */
export class CallSignals {
  readonly #onAbort: (slot: number, reason: unknown) => void;
  readonly #entries = new Map<AbortSignal, Entry>();
  readonly #signals: (AbortSignal | undefined)[] = [];

  /** @param onAbort called for each slot of a signal that was aborted; the slot is removed by then */
  constructor(onAbort: (slot: number, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  /** @param signal one that has not been aborted */
  add(slot: number, signal: AbortSignal): void {
    this.#signals[slot] = signal;
    const known = this.#entries.get(signal);
    if (known !== undefined) {
      known.slots.add(slot);
      return;
    }
    const slots = new Set([slot]);
    const listener = () => {
      this.#entries.delete(signal);
      for (const each of slots) this.#signals[each] = undefined;
      for (const each of slots) this.#onAbort(each, signal.reason);
    };
    this.#entries.set(signal, { slots, listener });
    signal.addEventListener("abort", listener, { once: true });
  }

  /** The call in this slot is settled; nothing happens where it has no signal. */
  remove(slot: number): void {
    const signal = this.#signals[slot];
    if (signal === undefined) return;
    this.#signals[slot] = undefined;
    const entry = this.#entries.get(signal);
    if (entry === undefined) return;
    entry.slots.delete(slot);
    if (entry.slots.size > 0) return;
    this.#entries.delete(signal);
    signal.removeEventListener("abort", entry.listener);
  }
}
