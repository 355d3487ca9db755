import type { Pointer } from "bun:ffi";
import { serve } from "../dispatch/serve.ts";
import { loadLibrary, type Native } from "../native/library.ts";

let native: Native;
let burner: Pointer;

/** The jobs of the Worker that burns for the loop. */
export const jobs = serve({
  /** Before the first burning. Answers with the kernel's id of the thread. */
  open(libraryPath: string, pointer: number): number {
    native = loadLibrary(libraryPath);
    burner = pointer as Pointer;
    return native.symbols.wb_thread_id();
  },
  burn(): void {
    native.symbols.wb_burner_burn(burner);
  },
});
