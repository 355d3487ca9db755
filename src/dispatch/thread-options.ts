import type { Pointer } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import type { RingDoorbell } from "../ring/options.ts";
import { shown } from "./check-call.ts";

/** What a call asks for. What is left out is 0, or no bytes. */
export type JobRequest = {
  /** A whole number below 2^32, in your library's own numbering. */
  readonly kind?: number | undefined;
  readonly number?: number | undefined;
  /** Copied when the call is made. */
  readonly bytes?: Uint8Array | undefined;
};

/** `7` is short for `{ number: 7 }`, bytes for `{ bytes }`. */
export type JobInput = number | Uint8Array | JobRequest;

/** What a job answers with; undefined when it returned without an answer. Bytes are a copy. */
export type JobAnswer = number | Uint8Array | undefined;

/** How a dedicated thread is opened. Only `work` has no default. */
export type DedicatedThreadOptions = {
  /**
   * The address of a `wakerbench_work` of include/wakerbench_worker.h, which your library returns. It is
   * copied; what its `user` points to must live until the thread is closed. Null, which a function that
   * returns a "ptr" may return, is refused.
   */
  readonly work: Pointer | bigint | null;
  /** Calls that may be on their way at once, 1 to 1,048,576. Default: 4,096. */
  readonly capacity?: number | undefined;
  /** What wakes the event loop when answers come: see `RingOptions`. Default: the ring's own. */
  readonly doorbell?: RingDoorbell | undefined;
  /**
   * What the thread does when it has nothing to do. `"park"`: sleeps until the next call, which costs no CPU and
   * a futex wake. `"adaptive"`: spins first, for as long as has lately been worth it and at most 200 µs; on
   * one core, or where calls come seldom, it parks.
   */
  readonly wait?: "park" | "adaptive" | undefined;
  /** Timeout of calls that name none, milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined;
  /** The path of the shared library: see `RingOptions`. */
  readonly library?: string | undefined;
};

export type CheckedThreadOptions = Omit<DedicatedThreadOptions, "work"> & {
  readonly work: Pointer;
  readonly capacity: number;
  readonly wait: "park" | "adaptive";
};

const capacityMax = 2 ** 20;
const kindMax = 2 ** 32 - 1;
const names = ["work", "capacity", "doorbell", "wait", "timeoutMs", "library"];

/**
 * Fills in the defaults. The ring checks its own options.
 *
 * @throws WakerbenchError DISPATCH_OPTION_BAD
 */
export function checkThreadOptions(options: DedicatedThreadOptions): CheckedThreadOptions {
  if (typeof options !== "object" || options === null) {
    throw bad("a worker is opened with options", "write new DedicatedThread({ work })");
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw bad(`a worker has no option "${unknown}"`, `there are ${names.join(", ")}`);
  }
  const { capacity = 4096, wait = "park" } = options;
  const work = typeof options.work === "bigint" ? Number(options.work) : options.work;
  if (typeof work !== "number" || !(work > 0)) {
    throw bad(
      `work ${shown(work)} is no address`,
      typeof work === "function"
        ? "call it: work: library.symbols.mine_work()"
        : 'have your library return the address of a wakerbench_work, as a "ptr"',
    );
  }
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > capacityMax) {
    throw bad(`capacity ${shown(capacity)} is no number of calls`, `1 to ${capacityMax}`);
  }
  if (wait !== "park" && wait !== "adaptive") {
    throw bad(`wait ${shown(wait)} is unknown`, "there are park, adaptive");
  }
  return { ...options, work: work as Pointer, capacity, wait };
}

/** An input with all that it left out. */
export type CheckedRequest = {
  readonly kind: number;
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
};

/**
 * Reads an input, each of its properties once. What is no request would be sent as one that asks for nothing,
 * or with some of its bytes.
 *
 * @throws WakerbenchError DISPATCH_OPTION_BAD
 */
export function checkRequest(input: Exclude<JobInput, number>): CheckedRequest {
  if (input instanceof Uint8Array) return { kind: 0, number: 0, bytes: input };
  if (typeof input !== "object" || input === null) throw notCallable(input);
  const { kind: asked, number: sent, bytes } = input;
  const kind = asked === undefined ? 0 : asked;
  const number = sent === undefined ? 0 : sent;
  if (!Number.isInteger(kind) || kind < 0 || kind > kindMax) {
    throw bad(
      `kind ${shown(kind)} is no kind of call`,
      `there are whole numbers from 0 to ${kindMax}`,
    );
  }
  if (typeof number !== "number") {
    throw bad(`number ${shown(number)} is no number`, "send what is none as bytes");
  }
  if (bytes !== undefined) {
    if (bytes instanceof Uint8Array) return { kind, number, bytes };
    throw bad(
      `bytes ${shown(bytes)} are no Uint8Array`,
      "new TextEncoder().encode(text), or new Uint8Array(buffer), makes one",
    );
  }
  const asksNothing = asked === undefined && sent === undefined;
  if (asksNothing && !isEmpty(input)) throw notCallable(input);
  return { kind, number, bytes };
}

function isEmpty(input: object): boolean {
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return false;
  return Object.keys(input).every((name) => ["kind", "number", "bytes"].includes(name));
}

function notCallable(input: unknown): WakerbenchError {
  return bad(
    `a job cannot be called with ${shown(input)}`,
    "give a number, a Uint8Array, or { kind, number, bytes }",
  );
}

function bad(message: string, remedy: string): WakerbenchError {
  return new WakerbenchError("DISPATCH_OPTION_BAD", message, { remedy });
}
