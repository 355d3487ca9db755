import { type Pointer, ptr } from "bun:ffi";
import type { Native } from "../native/library.ts";

/** How native threads are let go; what is left out is none, and one thread. */
export type Start = {
  readonly threads?: number;
  /** Of each thread. */
  readonly wakes: number;
  readonly delayNs?: number;
  readonly gapNs?: number;
  /** A thread ends after so long, whatever is left. */
  readonly limitNs?: number;
};

/** The native threads that ring what is tried (zig/trial.zig). */
export class TrialSession {
  readonly seam: Pointer;
  readonly #native: Native;
  readonly #pointer: Pointer;

  constructor(native: Native) {
    this.#native = native;
    const pointer = native.symbols.wb_trial_open();
    if (pointer === null) throw new Error("no memory for a trial");
    this.#pointer = pointer as Pointer;
    this.seam = native.symbols.wb_trial_seam(this.#pointer) as Pointer;
  }

  /** @throws when not all of the threads could be made */
  start({ threads = 1, wakes, delayNs = 0, gapNs = 0, limitNs = 0 }: Start): void {
    const bytes = new Uint8Array(32);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(delayNs), true);
    view.setBigUint64(8, BigInt(gapNs), true);
    view.setBigUint64(16, BigInt(limitNs), true);
    view.setUint32(24, threads, true);
    view.setUint32(28, wakes, true);
    const made = this.#native.symbols.wb_trial_start(this.#pointer, ptr(bytes));
    if (made !== threads) throw new Error(`only ${made} of ${threads} threads could be made`);
  }

  /** Notifies so far, those of all starts. */
  rung(): number {
    return this.#native.symbols.wb_trial_rung(this.#pointer);
  }

  /** Whether threads are still notifying. */
  isRunning(): boolean {
    return this.#native.symbols.wb_trial_running(this.#pointer) > 0;
  }

  /** Tells a waker's own thread to leave; the waker is closed after that. */
  leave(): void {
    this.#native.symbols.wb_trial_leave(this.#pointer);
  }

  /** Frees it. A thread that has not come out of its notify keeps it for as long as the process lives. */
  close(): void {
    if (!this.isRunning()) this.#native.symbols.wb_trial_close(this.#pointer);
  }
}
