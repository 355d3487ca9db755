import type { Pointer } from "bun:ffi";
import type { Leases } from "./leases.ts";

/** What a Worker is told. */
export type WorkersOrder =
  | {
      readonly kind: "open";
      readonly libraryPath: string;
      /** The record of the tasks (zig/task_log.zig). */
      readonly log: Pointer;
    }
  | SleepOrder
  | OperationsOrder
  | { readonly kind: "wait"; readonly slot: number; readonly leases: Leases }
  /** Aborts what waits; answered when all of it has ended. */
  | { readonly kind: "cancel" };

/** A task that sleeps once; with `sleepMs` null it yields to the Worker's loop. */
export type SleepOrder = {
  readonly kind: "sleep";
  readonly slot: number;
  readonly sleepMs: number | null;
};

/** A task whose operations follow one another; the first has the slot `first`. */
export type OperationsOrder = {
  readonly kind: "operations";
  readonly first: number;
  readonly sleepsMs: Float64Array;
  /** 1: the operation burns after its sleep; null: none does. */
  readonly burns: Uint8Array | null;
  /** The record by which it burns (zig/burner.zig). */
  readonly burner: Pointer | null;
};

/** What a Worker answers. */
export type WorkersAnswer =
  | { readonly kind: "open"; readonly threadId: number }
  /** The task with this slot, or whose first operation has it, has ended. */
  | { readonly kind: "ended"; readonly slot: number }
  /** All that waited has ended, so many of them without having been aborted. */
  | { readonly kind: "cancelled"; readonly escaped: number };
