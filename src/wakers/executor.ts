import { entryUrl } from "../entry.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";
import { startWorker } from "./worker-life.ts";

/** JavaScript only: the loop asks a Worker, the Worker works and posts the answer. */
export const executor: Waker = {
  id: "executor",
  title: "Worker executor (not a native wake)",
  summary: "no native thread: the loop asks a Worker by postMessage, which answers by postMessage",
  traits: {
    kind: "message",
    payload: "values (anything that postMessage can carry)",
    coalesces: false,
    keepsAlive: true,
    native: false,
    platforms: ["linux", "darwin"],
    caveat: "JavaScript only: not a native wake",
  },
  advice: {
    when: "the work is JavaScript, or a blocking FFI call that a Worker can make itself",
    against: "not a native wake: a thread of your library cannot ring it",
    code: `// executor.ts, the Worker
self.onmessage = ({ data }) => postMessage(work(data)); // work() may block

// main.ts
const executor = new Worker(new URL("./executor.ts", import.meta.url));
executor.onmessage = ({ data }) => console.log("done:", data);
executor.postMessage(job);`,
  },
  async open(context) {
    const mailbox = new Mailbox<number>();
    const other = await startWorker<number>(
      entryUrl("wakers/executor-thread"),
      { visit: context.visit },
      { deliver: mailbox.deliver, enter: context.enter },
    );
    return {
      wait: () => mailbox.wait(),
      ask: () => other.send(null),
      async close() {
        other.send("leave");
        await other.left;
      },
    };
  },
};
