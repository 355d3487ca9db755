import { type Pointer, ptr, read, toArrayBuffer } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import { JobError } from "./dedicated.ts";

/** What became of a call: `Status` of zig/dedicated_call.zig. */
export const Status = { undefined: 0, number: 1, bytes: 2, failed: 3, takenBack: 4 } as const;
/** `State` of zig/dedicated.zig. */
export const ThreadState = { running: 0, ended: 1, died: 2 } as const;

/** In the order of `Carrier` of zig/dedicated.zig. */
const carriers = ["ring", "message", "doorbell"] as const;

/** How a native thread is opened. */
export type NativeThreadConfig = {
  /** The address of a `wakerbench_work` (include/wakerbench_worker.h). */
  readonly work: Pointer;
  /** 1 to 2^20. */
  readonly capacity: number;
  readonly wait: "park" | "adaptive";
  /** What says that a call is done: an item of a ring, a bell's number, or a bell and a look. */
  readonly carrier: (typeof carriers)[number];
};

/** Counted by the thread itself; zig/dedicated.zig writes it in this order. */
const counterNames = ["performed", "takenBack", "parked", "caught"] as const;
/** What a thread has counted since it was opened. */
export type ThreadCounts = {
  /** Calls whose job was run. */
  readonly performed: number;
  /** Calls that were given up before their turn, and never begun. */
  readonly takenBack: number;
  /** How often it went to sleep because it had nothing to do. */
  readonly parked: number;
  /** How often it caught a call by spinning (`wait: "adaptive"`). */
  readonly caught: number;
};

const outcomeBytes = 16;
/** WAKERBENCH_WORKER_ABI. */
const abiVersion = 1;
/** Where they lie in a `wakerbench_work`. */
const workOffsets = { abi: 0, job: 24 } as const;
const decoder = new TextDecoder();

/** The library's calls for one dedicated thread, which no one makes after `free`. */
export class NativeThread {
  readonly pointer: Pointer;
  /** The slot that stands for the thread's end. */
  readonly farewell: number;
  /** The status of the call in slot n at 4 n, its value at 2 n + 1: native memory, gone after `free`. */
  readonly statuses: Uint32Array;
  readonly values: Float64Array;
  readonly #symbols: Native["symbols"];

  /** @throws WakerbenchError DISPATCH_OPEN_FAILED */
  constructor({ symbols }: Native, config: NativeThreadConfig) {
    const { work, capacity, wait, carrier } = config;
    const isAdaptive = wait === "adaptive" ? 1 : 0;
    const numbers = new Uint32Array([capacity, carriers.indexOf(carrier), isAdaptive, 0]);
    const pointer = symbols.wb_dedicated_open(ptr(numbers), work) as Pointer | null;
    if (pointer === null) throw notOpened(work, capacity);
    this.pointer = pointer;
    this.farewell = capacity;
    this.#symbols = symbols;
    const outcomes = symbols.wb_dedicated_outcomes(pointer) as Pointer;
    const memory = toArrayBuffer(outcomes, 0, outcomeBytes * (capacity + 1));
    this.statuses = new Uint32Array(memory);
    this.values = new Float64Array(memory);
  }

  /** What a waker binds itself to, before `start`. */
  get bell(): Pointer {
    return this.#symbols.wb_dedicated_bell(this.pointer) as Pointer;
  }

  /** Whether a waker has bound a function that the thread can call. */
  get isBound(): boolean {
    return this.#symbols.wb_dedicated_is_bound(this.pointer) === 1;
  }

  /** @param ring the native side's hold of a ring, which is taken over */
  carryByRing(ring: Pointer): void {
    this.#symbols.wb_dedicated_carry_by_ring(this.pointer, ring);
  }

  /**
   * @returns the thread's id, once it runs
   * @throws WakerbenchError DISPATCH_OPEN_FAILED
   */
  start(): number {
    const threadId = this.#symbols.wb_dedicated_start(this.pointer);
    if (threadId > 0) return threadId;
    throw new WakerbenchError("DISPATCH_OPEN_FAILED", "the worker's thread could not be made", {
      remedy: "look at the limits of threads and memory (`ulimit -a`)",
    });
  }

  /** @throws RangeError when there is no memory for the copy */
  sendBytes(slot: number, kind: number, number: number, bytes: Uint8Array): void {
    const { wb_dedicated_send, wb_dedicated_send_bytes } = this.#symbols;
    const { pointer } = this;
    if (bytes.length === 0) wb_dedicated_send(pointer, slot, kind, number);
    else if (wb_dedicated_send_bytes(pointer, slot, kind, number, ptr(bytes), bytes.length) !== 0) {
      throw new RangeError(`no memory for a copy of ${bytes.length} bytes`);
    }
  }

  /** Nobody awaits the call in this slot any more. */
  cancel(slot: number): void {
    this.#symbols.wb_dedicated_cancel(this.pointer, slot);
  }

  /** None of the calls that wait is begun. The one that runs is not told: that is `cancel`. */
  takeBackAll(): void {
    this.#symbols.wb_dedicated_take_back_all(this.pointer);
  }

  /** The bytes that came with the call in a slot, as a copy. */
  takeBytes(slot: number): Uint8Array {
    const bytes = new Uint8Array(this.values[2 * slot + 1] as number);
    const out = bytes.length === 0 ? null : ptr(bytes);
    this.#symbols.wb_dedicated_take_answer(this.pointer, slot, out);
    return bytes;
  }

  /** Throws away what came with the call in a slot. */
  dropBytes(slot: number): void {
    this.#symbols.wb_dedicated_take_answer(this.pointer, slot, null);
  }

  /** What the call in a slot has failed with. */
  takeError(slot: number): JobError {
    const texts = decoder.decode(this.takeBytes(slot)).split("\0");
    const [name = "Error", message = "", stack = ""] = texts;
    return new JobError({ name, message, stack: stack || `${name}: ${message}` });
  }

  /**
   * Fills `out` with slots whose calls are done, oldest first. For a doorbell.
   *
   * @returns how many these are
   */
  take(out: Uint32Array): number {
    return this.#symbols.wb_dedicated_take(this.pointer, ptr(out), out.length);
  }

  /** Nothing is sent any more: the thread does what is left, and ends. */
  close(): void {
    this.#symbols.wb_dedicated_close(this.pointer);
  }

  /** One of `ThreadState`. */
  state(): number {
    return this.#symbols.wb_dedicated_state(this.pointer);
  }

  counts(): ThreadCounts {
    const { wb_dedicated_counters } = this.#symbols;
    return readCounters(counterNames, (out) => wb_dedicated_counters(this.pointer, out));
  }

  /** Waits for a thread that has said farewell or is gone. */
  join(): void {
    this.#symbols.wb_dedicated_join(this.pointer);
  }

  free(): void {
    this.#symbols.wb_dedicated_free(this.pointer);
  }
}

/** Why the library was refused: it is asked only when it was. */
function notOpened(work: Pointer, capacity: number): WakerbenchError {
  const refused = (message: string, remedy: string) =>
    new WakerbenchError("DISPATCH_OPEN_FAILED", message, { remedy });
  const abi = read.u32(work, workOffsets.abi);
  if (abi !== abiVersion) {
    return refused(
      `work has the ABI ${abi}, but this is ${abiVersion}`,
      "return the address of a wakerbench_work, compiled with the wakerbench_worker.h of this version",
    );
  }
  if (read.ptr(work, workOffsets.job) === 0) {
    return refused("work has no job", "let its `job` be a function");
  }
  return refused(`there is no memory for ${capacity} calls`, "ask for a smaller capacity");
}
