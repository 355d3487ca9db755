import { entryUrl } from "../entry.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";
import { startWorker } from "./worker-life.ts";

/** A Bun Worker whose FFI call does the work itself and returns, so that no thread is woken for it. */
export const workerInline: Waker = {
  id: "worker-inline",
  title: "Worker that works in FFI (not a wake by another thread)",
  summary: "the work itself runs inside a Worker's FFI call; when it returns the Worker posts",
  traits: {
    kind: "message",
    payload: "values (anything that postMessage can carry)",
    coalesces: false,
    keepsAlive: true,
    native: false,
    platforms: ["linux", "darwin"],
    caveat: "the work runs in the Worker's own FFI call: no other thread can ring it",
  },
  advice: {
    when: "the work is one blocking native call at a time, and you choose the thread that makes it",
    against: "no thread of your library can ring it; each call that may block needs a Worker",
    code: `// worker.ts
import { dlopen } from "bun:ffi";
const library = dlopen("./libmine.so", { mine_work: { args: ["i32"], returns: "i32" } });
self.onmessage = ({ data }) => postMessage(library.symbols.mine_work(data)); // may block

// main.ts
const worker = new Worker(new URL("./worker.ts", import.meta.url));
worker.onmessage = ({ data }) => console.log("done:", data);
worker.postMessage(job);
// To end, when no call is under way: worker.terminate();`,
  },
  async open(context) {
    const mailbox = new Mailbox<number>();
    const script = entryUrl("wakers/worker-inline-thread");
    const { deliver } = mailbox;
    const { enter, visit } = context;
    const working = await startWorker<number>(script, { visit }, { deliver, enter });
    return {
      wait: () => mailbox.wait(),
      listen: (hear) => mailbox.listen(hear),
      // The visit has told the seam that it is over, so the call under way returns.
      close: () => working.left,
    };
  },
};
