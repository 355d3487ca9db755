import { type Pointer, ptr } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";
import type { DispatchCost } from "./dispatch-measurement.ts";
import { readUsage } from "./usage.ts";

/** More samples of one visit tell nothing more. */
const mostSamples = 2 ** 17;
/** What stamps may add to the time of a call, where calls overlap and none of them has to be stamped. */
const stampShare = 0.01;

/** The greatest whole number that divides both. */
function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}

/** The native record of a visit's calls, opened on the thread that makes them. */
export class DispatchSession implements Disposable {
  readonly pointer: Pointer;
  readonly #native: Native;
  readonly #room: number;

  /** @param calls at most, of one run */
  constructor(native: Native, calls: number) {
    this.#native = native;
    this.#room = Math.min(calls, mostSamples);
    const pointer = native.symbols.wb_calls_open(this.#room);
    if (pointer === null) {
      throw new WakerbenchError("VISIT_FAILED", "no memory for the stamps of the calls", {
        remedy: "ask for fewer calls with --count",
      });
    }
    this.pointer = pointer as Pointer;
  }

  /** The warm-up is over. */
  begin(): void {
    this.#native.symbols.wb_calls_begin(this.pointer);
  }

  end(): void {
    this.#native.symbols.wb_calls_end(this.pointer);
  }

  /** What the two stamps of a call cost, measured in place since the last `begin`; 0: not measured. */
  get stampsNs(): number {
    return this.#native.symbols.wb_calls_stamps_ns(this.pointer);
  }

  /**
   * One in how many calls is to be stamped: each, if one is on its way at a time; else so few that the
   * stamps cost a hundredth of a call. A number that has no divisor in common with those in flight, so that calls
   * which are sent together get their turn one after another, and not always the first of them.
   *
   * @param perCallNs from one call to the next, as the warm-up had it
   */
  sampledEvery(calls: number, inFlight: number, perCallNs: number): number {
    const forCost = inFlight === 1 ? 1 : Math.ceil(this.stampsNs / (stampShare * perCallNs));
    let every = Math.max(1, forCost, Math.ceil(calls / this.#room));
    while (commonDivisor(every, inFlight) > 1) every++;
    return every;
  }

  /** From sending until the caller went on, of each sampled call, nanoseconds. */
  callNs(): number[] {
    const durationsNs = new Float64Array(this.#room);
    const count = this.#native.symbols.wb_calls_collect(this.pointer, ptr(durationsNs));
    return [...durationsNs.subarray(0, count)];
  }

  /**
   * What was used from `begin` to `end`.
   *
   * @param workers the kernel's ids of the threads that did the work
   */
  cost(workers: readonly number[]): DispatchCost {
    const { wb_calls_counters } = this.#native.symbols;
    return readUsage(workers, (ids, count, out) =>
      wb_calls_counters(this.pointer, ids, count, out),
    );
  }

  [Symbol.dispose](): void {
    this.#native.symbols.wb_calls_close(this.pointer);
  }
}
