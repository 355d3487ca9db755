import { postMessage } from "../dispatchers/post-message.ts";
import { overDispatcher } from "./over-dispatcher.ts";

/** Each request is a call to a dedicated Bun Worker. */
export const worker = overDispatcher(
  postMessage,
  {
    id: "worker",
    title: "Async over a Worker",
    summary: "each request awaits one Bun Worker, asked and answering by postMessage",
  },
  {
    when: "requests need JavaScript that takes long: parsing, templates, images",
    against: "each request is copied there and back, and one Worker is one core",
    code: `// jobs.ts, the Worker
import { serve } from "wakerbench/dispatch";
export const jobs = serve({
  render(name: string) { return \`Hello, \${name}!\`; /* may take long */ },
});

// main.ts
import { DedicatedWorker } from "wakerbench/dispatch";
import type { jobs } from "./jobs.ts";
const worker = new DedicatedWorker<typeof jobs>(new URL("./jobs.ts", import.meta.url));
Bun.serve({
  port: 3000,
  async fetch(request) {
    return new Response(await worker.call("render", ["World"], { signal: request.signal }));
  },
});`,
  },
);
