import type { Pointer } from "bun:ffi";
import { findLibrary, loadLibrary, type Native } from "../native/library.ts";
import { loadNodeApi, type NodeApiModule } from "../native/node-api.ts";

/** The library, for `bun:ffi`, and the same file as a Node-API module. */
export type LoadedLibrary = { readonly native: Native; nodeApi(): NodeApiModule };

const loaded = new Map<string, LoadedLibrary>();

/**
 * Loads the library once for all rings of this thread.
 *
 * @throws WakerbenchError LIBRARY_NOT_FOUND, LIBRARY_WRONG_PLATFORM, LIBRARY_WRONG_VERSION
 */
export function libraryOf(named: string | undefined): LoadedLibrary {
  const path = named ?? findLibrary();
  const known = loaded.get(path);
  if (known !== undefined) return known;
  let nodeApi: NodeApiModule | undefined;
  const library = {
    native: loadLibrary(path),
    nodeApi: () => {
      nodeApi ??= loadNodeApi(path);
      return nodeApi;
    },
  };
  loaded.set(path, library);
  return library;
}

/** What the native side counts; zig/ring.zig writes it in this order. */
export type NativeCounts = {
  readonly pushed: number;
  readonly dropped: number;
  readonly refused: number;
  readonly rung: number;
};

/** The library's calls for one ring, which no one makes after `free`. */
export class NativeRing {
  readonly pointer: Pointer;
  readonly #symbols: Native["symbols"];
  readonly #numbers = new Float64Array(new ArrayBuffer(32));

  constructor(pointer: Pointer, symbols: Native["symbols"]) {
    this.pointer = pointer;
    this.#symbols = symbols;
  }

  /** Refuses what is pushed from now on, and wakes those who wait for room. */
  refuse(): void {
    this.#symbols.wb_ring_close(this.pointer);
  }

  /** Throws away what has been published and not taken. Returns how many items that were. */
  discard(): number {
    return this.#symbols.wb_ring_discard(this.pointer);
  }

  /** Whether all is taken and no thread is between claim, publish and doorbell. */
  isQuiet(): boolean {
    return this.#symbols.wb_ring_is_quiet(this.pointer) !== 0;
  }

  counts(): NativeCounts {
    this.#symbols.wb_ring_counters(this.pointer, this.#numbers);
    const [pushed = 0, dropped = 0, refused = 0, rung = 0] = this.#numbers;
    return { pushed, dropped, refused, rung };
  }

  /** Lets JavaScript's hold go. The memory stays until the native side has let go too. */
  free(): void {
    this.#symbols.wb_ring_free(this.pointer);
  }
}
