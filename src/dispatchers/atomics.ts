import { openDedicatedWorker } from "./dedicated-worker.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** A dedicated Bun Worker that sleeps in Atomics.wait, and answers by Atomics.waitAsync. */
export const atomics: Dispatcher = {
  id: "atomics",
  title: "Worker, Atomics",
  summary:
    "one Bun Worker that sleeps in Atomics.wait: numbers go through shared memory, the loop waits with Atomics.waitAsync",
  kind: "worker",
  platforms: ["linux", "darwin"],
  advice: {
    when: "many calls are on their way at once, and carry a number each",
    against:
      "the Worker's own timers and sockets have turns only while an asynchronous job is under way; what is no single number goes through a port besides",
    code: `// jobs.ts, the Worker
import { serve } from "wakerbench/dispatch";
export const jobs = serve({
  isPrime(number: number) { /* computes */ },
});

// main.ts
import { DedicatedWorker } from "wakerbench/dispatch";
import type { jobs } from "./jobs.ts";
const module = new URL("./jobs.ts", import.meta.url);
await using worker = new DedicatedWorker<typeof jobs>(module, { channel: "atomics" });
const numbers = [91, 97, 101];
const answers = await Promise.all(numbers.map((number) => worker.call("isPrime", [number])));`,
  },
  open: (context) => openDedicatedWorker(context, "atomics"),
};
