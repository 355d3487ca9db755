import { serve } from "../dispatch/serve.ts";
import { loadLibrary } from "../native/library.ts";
import type { Work } from "./dispatcher.ts";
import { failWork, type OpenWork, openWork } from "./works.ts";

let work: OpenWork;

/** The jobs of the dispatchers whose worker is a Bun Worker. */
export const jobs = serve(
  {
    /** Opens the work, before the first call. Answers with the kernel's id of the thread. */
    open(libraryPath: string, asked: Work): number {
      const native = loadLibrary(libraryPath);
      work = openWork(asked, native);
      return native.symbols.wb_thread_id();
    },
    call: (number: number): number => work.run(number),
    fail: failWork,
  },
  { stop: () => work.close() },
);
