import { loadPackage } from "../approaches/load-package.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { openWorkerPool } from "./worker-pool.ts";

/** Tinypool, with its defaults, but for threads that stay: what became of Piscina under vitest. */
export const tinypool: Dispatcher = {
  id: "tinypool",
  title: "Tinypool",
  summary: "a pool of Bun Workers, a smaller Piscina without its histograms and balancers",
  kind: "pool",
  platforms: ["linux", "darwin"],
  caveat:
    "a pool of Workers: half as many as cores at first, as many at most; an abort kills the one that works, and at times another's call with it",
  advice: {
    when: "as Piscina, where a dependency of 40 KB without any of its own is worth more than its statistics",
    against:
      "as Piscina: nothing stays with one thread, an abort kills it; the reason of an abort is lost, and calls that nobody aborted may fail with it",
    code: `// jobs.ts, loaded by each thread
export function resize(path: string) { /* may block */ }

// main.ts
import { Tinypool } from "tinypool";
const pool = new Tinypool({
  filename: import.meta.resolve("./jobs.ts"),
  name: "resize",
  idleTimeout: 60_000, // by default an idle thread is ended at once
});
const signal = AbortSignal.timeout(5_000); // kills the thread when the job has begun
const image = await pool.run("cat.png", { signal });
await pool.destroy();`,
  },
  async open(context) {
    const { Tinypool } = await loadPackage("tinypool", () => import("tinypool"));
    return openWorkerPool(context, (setup) => {
      const pool = new Tinypool(setup);
      return Object.assign(pool, { end: () => pool.destroy() });
    });
  },
};
