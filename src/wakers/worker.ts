import { entryUrl } from "../entry.ts";
import { openParkedWorker } from "./parked-worker.ts";
import type { Waker } from "./waker.ts";

/** A Bun Worker that sleeps inside an FFI call and posts a message when it returns. */
export const worker: Waker = {
  id: "worker",
  title: "Worker parked in FFI",
  summary: "the thread wakes a Worker that sleeps in an FFI call; the Worker calls postMessage",
  traits: {
    kind: "message",
    payload: "values (anything that postMessage can carry)",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "the result must be turned into rich JavaScript values away from the main thread",
    against:
      "a hop more than the others and a Worker's memory; the Worker must be let go before the process can end",
    code: `// waiter.ts, the Worker
import { dlopen } from "bun:ffi";
const library = dlopen("./libmine.so", { mine_wait: { args: [], returns: "i32" } });
for (let item = library.symbols.mine_wait(); item >= 0; item = library.symbols.mine_wait()) {
  postMessage(item); // mine_wait sleeps on a semaphore or a futex
}

// main.ts
const waiter = new Worker(new URL("./waiter.ts", import.meta.url));
waiter.onmessage = ({ data }) => console.log("done:", data);
// To end: wake mine_wait so that it returns -1, and only then: waiter.terminate();`,
  },
  open: (context) => openParkedWorker(context, entryUrl("wakers/worker-thread")),
};
