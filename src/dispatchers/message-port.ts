import { openDedicatedWorker } from "./dedicated-worker.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** A dedicated Bun Worker, asked and answering by a MessagePort. */
export const messagePort: Dispatcher = {
  id: "message-port",
  title: "Worker, MessagePort",
  summary: "one Bun Worker: calls and answers go by a MessageChannel of their own",
  kind: "worker",
  platforms: ["linux", "darwin"],
  advice: {
    when: "calls are to keep apart from other messages of the Worker, or their port is to be handed on",
    against: "all that is against `post-message`, and a port more to close",
    code: `// jobs.ts, the Worker
import { serve } from "wakerbench/dispatch";
export const jobs = serve({
  resize(path: string, width: number) { /* may block */ },
});

// main.ts
import { DedicatedWorker } from "wakerbench/dispatch";
import type { jobs } from "./jobs.ts";
const module = new URL("./jobs.ts", import.meta.url);
await using worker = new DedicatedWorker<typeof jobs>(module, { channel: "message-port" });
const image = await worker.call("resize", ["cat.png", 80]);`,
  },
  open: (context) => openDedicatedWorker(context, "message-port"),
};
