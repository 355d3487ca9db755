import { openDedicatedWorker } from "./dedicated-worker.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** A dedicated Bun Worker, asked and answering by its own postMessage. */
export const postMessage: Dispatcher = {
  id: "post-message",
  title: "Worker, postMessage",
  summary: "one Bun Worker: the call goes by worker.postMessage, the answer by its postMessage",
  kind: "worker",
  platforms: ["linux", "darwin"],
  advice: {
    when: "the work is JavaScript, or calls native code that blocks, and is to stay with one thread",
    against: "each call and each answer is copied, and runs an event on either side",
    code: `// jobs.ts, the Worker
import { serve } from "wakerbench/dispatch";
export const jobs = serve({
  resize(path: string, width: number) { /* may block */ },
});

// main.ts
import { DedicatedWorker } from "wakerbench/dispatch";
import type { jobs } from "./jobs.ts";
await using worker = new DedicatedWorker<typeof jobs>(new URL("./jobs.ts", import.meta.url));
const image = await worker.call("resize", ["cat.png", 80], { timeoutMs: 5_000 });`,
  },
  open: (context) => openDedicatedWorker(context, "post-message"),
};
