import { type Pointer, ptr } from "bun:ffi";
import type { Burn } from "../libraries/library.ts";
import type { Native } from "../native/library.ts";

/** Where operations burn: on the loop, on one native thread, or in one Worker. */
export const burnPlaces = ["loop", "thread", "worker"] as const;
export type BurnPlace = (typeof burnPlaces)[number];

/** How often something burned to the end, and the CPU time of all that, nanoseconds: counted where it burns. */
export type Burned = { readonly times: number; readonly cpuNs: number };

/** Where operations burn in a visit, opened on the loop's thread. */
export type Burner = {
  readonly burn: Burn;
  burned(): Burned;
  /** The kernel's ids of the threads that burn for the loop; empty where it burns itself. */
  threadIds(): readonly number[];
  /** Nothing burns any more. */
  close(): Promise<void>;
  /** Who wanted to burn may still do so, and is refused where it can be; what is native stays until the process ends. */
  abandon(): Promise<void>;
};

export type BurnerContext = {
  readonly native: Native;
  readonly libraryPath: string;
  /** CPU time of each burning. */
  readonly burnNs: number;
  /** Operations that may want to burn at once. */
  readonly capacity: number;
};

/** The native record by which any thread burns (zig/burner.zig). */
export class NativeBurner implements Disposable {
  /** Also the `work` of a dedicated thread: each of its calls burns once. */
  readonly pointer: Pointer;
  readonly #native: Native;

  constructor(native: Native, burnNs: number) {
    const pointer = native.symbols.wb_burner_open(burnNs) as Pointer | null;
    if (pointer === null) throw new Error("no memory for a record of what burns");
    this.pointer = pointer;
    this.#native = native;
  }

  /** On the thread that calls it. */
  burn(): void {
    this.#native.symbols.wb_burner_burn(this.pointer);
  }

  burned(): Burned {
    const numbers = new Float64Array(2);
    this.#native.symbols.wb_burner_counters(this.pointer, ptr(numbers));
    const [times = 0, cpuNs = 0] = numbers;
    return { times, cpuNs };
  }

  [Symbol.dispose](): void {
    this.#native.symbols.wb_burner_close(this.pointer);
  }
}
