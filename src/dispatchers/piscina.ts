import { loadPackage } from "../approaches/load-package.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { openWorkerPool } from "./worker-pool.ts";

/** Piscina, with its defaults, but for threads that stay: a pool of Workers that wait in Atomics.wait. */
export const piscina: Dispatcher = {
  id: "piscina",
  title: "Piscina",
  summary: "a pool of Bun Workers: the call goes to whichever is free, by MessagePort and Atomics",
  kind: "pool",
  platforms: ["linux", "darwin"],
  caveat:
    "a pool of Workers: half as many as cores at first, one and a half times as many at most; an abort kills the one that works",
  advice: {
    when: "calls are independent of each other, take long, and may run on several cores at once",
    against:
      "nothing stays with one thread, such as a connection or a handle; an abort kills the thread, and its state with it",
    code: `// jobs.ts, loaded by each thread
export function resize(path: string) { /* may block */ }

// main.ts
import { Piscina } from "piscina";
const pool = new Piscina({
  filename: import.meta.resolve("./jobs.ts"),
  name: "resize",
  idleTimeout: 60_000, // by default an idle thread is ended at once
});
const signal = AbortSignal.timeout(5_000); // kills the thread when the job has begun
const image = await pool.run("cat.png", { signal });
await pool.close();`,
  },
  async open(context) {
    const { Piscina } = await loadPackage("piscina", () => import("piscina"));
    return openWorkerPool(context, (setup) => {
      const pool = new Piscina(setup);
      return Object.assign(pool, { end: () => pool.close() });
    });
  },
};
