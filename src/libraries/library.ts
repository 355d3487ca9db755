import type { Pointer } from "bun:ffi";
import type { Approach } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";
import type { Leases } from "./leases.ts";

/** What a library is given to work with. */
export type LibraryContext = {
  readonly native: Native;
  readonly libraryPath: string;
  /**
   * The native record of the tasks (`src/scenarios/task-log.ts`), for threads that stamp themselves: the address
   * of it, whose slots any thread may stamp.
   */
  readonly logPointer: Pointer;
};

/** Stamps of tasks or operations, by slot; native and without allocation. */
export type TaskStamps = {
  began(slot: number): void;
  ended(slot: number): void;
};

/** Tasks that sleep, or with `sleepMs` null only yield to the loop once. Slots `first` to `first + tasks - 1`. */
export type SpawnOrder = {
  readonly tasks: number;
  readonly first: number;
  readonly sleepMs: number | null;
  /** Tasks that live at once, at most; the next wave begins when all of the last have ended. */
  readonly concurrency: number;
};

/** Workers whose operations are sleeps, one after another. */
export type IoOrder = {
  readonly workers: number;
  /** Of each worker: the slot of an operation is `worker * operations + index`, and so is its sleep. */
  readonly operations: number;
  readonly sleepsMs: Float64Array;
  /** 1: after its sleep the operation burns; by slot. Null: none does. */
  readonly burns: Uint8Array | null;
  /** How it burns: at once on the loop, or elsewhere, and the operation ends when that has ended. */
  readonly burn: Burn | null;
};

/**
 * `burner` is the native record of what burns: a thread that runs operations instead of the loop burns by it, with
 * `wb_burner_burn`, on its own loop.
 */
export type Burn =
  | { readonly where: "loop"; readonly burner: Pointer; run(): void }
  | { readonly where: "thread" | "worker"; readonly burner: Pointer; run(): Promise<void> };

export type CancelOrder = {
  readonly tasks: number;
  /** From the creation of the last task until all are cancelled. */
  readonly afterMs: number;
  /** A cell for each task, shared between threads: what it takes at its begin and gives back in its cleanup. */
  readonly leases: Leases;
  /** Called immediately before the tasks are cancelled. */
  onCancel(): void;
};

/** A library that has been loaded, with its programs as its users would write them. */
export type Program = {
  spawn(order: SpawnOrder, stamps: TaskStamps): Promise<void>;
  io(order: IoOrder, stamps: TaskStamps): Promise<void>;
  /**
   * Tasks that sleep for an hour, slots 0 to `tasks - 1`, and are cancelled. Each stamps `began` and takes its lease
   * when it starts to wait; its cleanup handler gives the lease back and, as the last thing, stamps `ended`.
   *
   * @returns when all have ended: how many of them ended in another way than by being cancelled
   */
  cancel(order: CancelOrder, stamps: TaskStamps): Promise<number>;
  /** The kernel's ids of threads that run tasks instead of the loop; empty where there are none. */
  threadIds(): readonly number[];
  close(): Promise<void>;
};

/** One way to write concurrent programs: how tasks live, are cancelled and end. */
export type Library = Approach & {
  /** What must be known to read its figures: tables mark the row and say it below. */
  readonly caveat?: string;
  open(context: LibraryContext): Promise<Program>;
};
