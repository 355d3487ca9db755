import { WakerbenchError } from "../errors.ts";

/** What an item is: a number of a C type, or so many bytes. */
export type RingPayload = "u32" | "i32" | "f64" | "u64" | number;

/** What JavaScript gets for one item. Bytes are a copy of their own. */
export type RingItem<P extends RingPayload> = P extends "u64"
  ? bigint
  : P extends "u32" | "i32" | "f64"
    ? number
    : Uint8Array;

/** What JavaScript gets for many items; bytes lie one item after the other. */
export type RingBatch<P extends RingPayload> = P extends "u64"
  ? BigUint64Array
  : P extends "f64"
    ? Float64Array
    : P extends "i32"
      ? Int32Array
      : P extends "u32"
        ? Uint32Array
        : Uint8Array;

export const ringDoorbells = ["callback", "eventfd", "pipe", "napi"] as const;
/** What the pushing thread rings when JavaScript sleeps. */
export type RingDoorbell = (typeof ringDoorbells)[number];

/** In the order of zig/ring.zig. */
export const ringPolicies = ["block", "fail", "drop"] as const;
/** What a push into a full ring does: sleep until there is room, return FULL, or drop and count. */
export type RingPolicy = (typeof ringPolicies)[number];

/** How a ring is made. Only `payload` has no default. */
export type RingOptions<P extends RingPayload> = {
  /** `"u32"`, `"i32"`, `"f64"`, `"u64"` (a bigint), or a number of bytes from 1 to 4,096. */
  readonly payload: P;
  /** Items that the ring holds, a power of two from 2 to 16,777,216. Default: 65,536. */
  readonly capacity?: number | undefined;
  /** What a push into a full ring does. Default: `"block"`. */
  readonly whenFull?: RingPolicy | undefined;
  /**
   * What wakes the event loop. Default: `"callback"`, the quickest; in Bun before 1.4, which crashes now
   * and then when native threads call a JSCallback, `"pipe"`. `"eventfd"` is Linux only.
   */
  readonly doorbell?: RingDoorbell | undefined;
  /**
   * How long one entry into JavaScript may hand over items before the event loop gets a turn,
   * milliseconds. Default: 0.5.
   */
  readonly budgetMs?: number | undefined;
  /**
   * The path of the shared library, where it is not beside this package (a bundle, a compiled
   * program). Default: `$WAKERBENCH_LIBRARY`, else the package's own.
   */
  readonly library?: string | undefined;
};

/** Options that were checked, with their defaults. */
export type CheckedOptions<P extends RingPayload> = {
  readonly payload: P;
  readonly payloadBytes: number;
  readonly capacity: number;
  readonly whenFull: RingPolicy;
  readonly doorbell: RingDoorbell;
  readonly budgetMs: number;
  readonly library: string | undefined;
};

const bytesOfType = { u32: 4, i32: 4, f64: 8, u64: 8 } as const;
const payloadBytesMax = 4096;
const capacityMax = 2 ** 24;
const budgetMaxMs = 1000;
const names = ["payload", "capacity", "whenFull", "doorbell", "budgetMs", "library"];

/**
 * Fills in the defaults.
 *
 * @throws WakerbenchError RING_OPTION_BAD, UNSUPPORTED
 */
export function checkOptions<P extends RingPayload>(options: RingOptions<P>): CheckedOptions<P> {
  if (typeof options !== "object" || options === null) {
    throw bad("a ring is made with options", 'write new Ring({ payload: "u32" })');
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw bad(`a ring has no option "${unknown}"`, `there are ${names.join(", ")}`);
  }
  const doorbell = oneOf("doorbell", options.doorbell ?? defaultDoorbell(), ringDoorbells);
  if (doorbell === "eventfd" && process.platform !== "linux") {
    throw new WakerbenchError("UNSUPPORTED", `${process.platform} has no eventfd`, {
      remedy: 'use the doorbell "callback" or "pipe"',
    });
  }
  return {
    payload: options.payload,
    payloadBytes: payloadBytesOf(options.payload),
    capacity: checkCapacity(options.capacity ?? 65_536),
    whenFull: oneOf("whenFull", options.whenFull ?? "block", ringPolicies),
    doorbell,
    budgetMs: checkBudget(options.budgetMs ?? 0.5),
    library: options.library,
  };
}

function defaultDoorbell(): RingDoorbell {
  return Bun.semver.satisfies(Bun.version, ">=1.4.0-0") ? "callback" : "pipe";
}

function payloadBytesOf(payload: RingPayload): number {
  if (typeof payload === "string" && Object.hasOwn(bytesOfType, payload)) {
    return bytesOfType[payload];
  }
  if (isWhole(payload, 1, payloadBytesMax)) return payload;
  throw bad(
    `payload ${show(payload)} is no type of a ring`,
    `use "u32", "i32", "f64", "u64", or a number of bytes from 1 to ${payloadBytesMax}`,
  );
}

function checkCapacity(capacity: number): number {
  if (isWhole(capacity, 2, capacityMax) && Number.isInteger(Math.log2(capacity))) return capacity;
  throw bad(
    `capacity ${show(capacity)} is no power of two from 2 to ${capacityMax}`,
    "leave it out for 65536",
  );
}

function checkBudget(budgetMs: number): number {
  if (typeof budgetMs === "number" && budgetMs > 0 && budgetMs <= budgetMaxMs) return budgetMs;
  throw bad(
    `budgetMs ${show(budgetMs)} is no number of milliseconds up to ${budgetMaxMs}`,
    "leave it out for 0.5",
  );
}

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw bad(`${name} ${show(value)} is unknown`, `there are ${allowed.join(", ")}`);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function show(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

function bad(message: string, remedy: string): WakerbenchError {
  return new WakerbenchError("RING_OPTION_BAD", message, { remedy });
}
