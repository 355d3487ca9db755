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
};

/** Loads the shared library once more, as a module of Node-API. */
export function loadNodeApi(path: string): NodeApiModule {
  const loaded: { exports: NodeApiModule } = { exports: {} };
  process.dlopen(loaded, path);
  return loaded.exports;
}
