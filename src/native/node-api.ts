/**
 * What the library's Node-API face exports (zig/node_api.zig). Functions that the runtime lacks the
 * symbols for are missing. Addresses are numbers, as `bun:ffi` has them.
 */
export type NodeApiModule = {
  /** Binds a threadsafe function to a seam: its handle, or undefined when it cannot be made. */
  openThreadsafeFunction?(seam: number, hear: (message: number) => void): number | undefined;
  closeThreadsafeFunction?(handle: number): void;
  /** It no longer keeps the event loop alive. */
  unrefThreadsafeFunction?(handle: number): void;
  /** Binds a uv_async_t to a seam: its handle, or undefined when it cannot be made. */
  openUvAsync?(seam: number, hear: () => void): number | undefined;
  closeUvAsync?(handle: number): void;
  /** Calls done by the runtime's own thread pool (zig/async_work.zig): a handle, or undefined. */
  openAsyncWork?(config: number, settle: SettleAsyncWork): number | undefined;
  /** Whether the call is on its way: 1 or 0. `job` is one of `asyncWorkJob`. */
  queueAsyncWork?(handle: number, slot: number, number: number, job: number): 0 | 1;
  /** A call that a thread has begun goes on all the same. */
  cancelAsyncWork?(handle: number, slot: number): void;
  /** No call may be on its way. */
  closeAsyncWork?(handle: number): void;
};

/** What a call does, as zig/async_work.zig numbers it; `greet` but opens the work of the thread that takes it. */
export const asyncWorkJob = { work: 0, fail: 1, greet: 2 } as const;

/** How a call of `queueAsyncWork` ended, as zig/async_work.zig numbers it. */
export const asyncWorkEnding = { answered: 0, failed: 1, cancelled: 2 } as const;

/** Hears how a call ended: with its number, or with a message and the place behind a line feed. */
export type SettleAsyncWork = (slot: number, ending: number, value: number | string) => void;

/** Loads the shared library once more, as a module of Node-API. */
export function loadNodeApi(path: string): NodeApiModule {
  const loaded: { exports: NodeApiModule } = { exports: {} };
  process.dlopen(loaded, path);
  return loaded.exports;
}
