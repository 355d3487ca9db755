import { type Pointer, ptr } from "bun:ffi";
import type { RingBatch, RingItem, RingPayload } from "./options.ts";

/** Copies up to `most` items to `out` (`wb_ring_drain`, zig/ring.zig). */
type Drain = (ring: Pointer, out: Pointer, most: number) => number;

const batchItemsMax = 4096;
const batchBytesMax = 256 * 1024;

/** What has been taken out of the native queue and not been handed over yet. */
export class Intake<P extends RingPayload> {
  /**
   * Whether the native consumer is awake. Nobody rings then, so whoever drained last must come back
   * by itself. A new ring is awake until its first drain has found it empty.
   */
  isAwake = true;
  /** Position in the batch of the next item, and how many items the batch has. */
  next = 0;
  count = 0;
  /** Where the stride ends that is being handed over. */
  end = 0;

  /** The call that fills the batch, and its arguments. */
  readonly drain: Drain;
  readonly ring: Pointer;
  readonly out: Pointer;
  readonly most: number;
  readonly #all: RingBatch<P>;
  /** 0 for an item that is a number: one element of `#all`. */
  readonly #bytesOfItem: number;

  constructor(drain: Drain, ring: Pointer, payload: P, payloadBytes: number) {
    this.drain = drain;
    this.ring = ring;
    this.most = Math.max(1, Math.min(batchItemsMax, Math.floor(batchBytesMax / payloadBytes)));
    // Made from a buffer, so that the array never moves while its address is known natively.
    const memory = new ArrayBuffer(this.most * payloadBytes);
    this.#all = viewOf(payload, memory) as RingBatch<P>;
    this.out = ptr(memory);
    this.#bytesOfItem = typeof payload === "number" ? payload : 0;
  }

  /** One FFI call: takes the next batch and says how many items it has. The last one is used up. */
  refill(): number {
    return this.accept(this.drain(this.ring, this.out, this.most));
  }

  /** A new batch is there, of which `drain` said this. Returns how many items it has. */
  accept(drained: number): number {
    this.next = 0;
    // A negative count says that the queue was found empty after these items: the consumer sleeps.
    this.isAwake = drained >= 0;
    this.count = drained >= 0 ? drained : -1 - drained;
    return this.count;
  }

  /** The only item of a batch that was not accepted. */
  first(): RingItem<P> {
    if (this.#bytesOfItem === 0) return this.#all[0] as RingItem<P>;
    return this.#all.slice(0, this.#bytesOfItem) as RingItem<P>;
  }

  /** The batch was as big as batches get, so there is probably more. */
  isFull(): boolean {
    return this.count === this.most;
  }

  /** The next item of the batch. */
  take(): RingItem<P> {
    const index = this.next++;
    const width = this.#bytesOfItem;
    if (width === 0) return this.#all[index] as RingItem<P>;
    return this.#all.slice(index * width, (index + 1) * width) as RingItem<P>;
  }

  /** All that is left of the batch, in place: it is overwritten by the next one. */
  takeAll(): RingBatch<P> {
    const { next, count } = this;
    const width = this.#bytesOfItem || 1;
    this.next = count;
    return this.#all.subarray(next * width, count * width) as RingBatch<P>;
  }

  /** Forgets the rest of the batch. Returns how many items that were. */
  clear(): number {
    const left = this.count - this.next;
    this.next = 0;
    this.count = 0;
    this.end = 0;
    return left;
  }
}

function viewOf(payload: RingPayload, memory: ArrayBuffer): RingBatch<RingPayload> {
  switch (payload) {
    case "u32":
      return new Uint32Array(memory);
    case "i32":
      return new Int32Array(memory);
    case "f64":
      return new Float64Array(memory);
    case "u64":
      return new BigUint64Array(memory);
    default:
      return new Uint8Array(memory);
  }
}
