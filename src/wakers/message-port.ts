import { entryUrl } from "../entry.ts";
import { Mailbox } from "./mailbox.ts";
import { parkWorker } from "./parked-worker.ts";
import type { Waker } from "./waker.ts";

/** A Bun Worker that sleeps inside an FFI call and posts on a MessagePort when it returns. */
export const messagePort: Waker = {
  id: "message-port",
  title: "MessagePort of a parked Worker",
  summary:
    "the thread wakes a Worker that sleeps in an FFI call; the Worker posts on a MessagePort",
  traits: {
    kind: "message",
    payload: "values (anything that postMessage can carry)",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "a Worker stands between your library and JavaScript, and what hears it is not what started it",
    against: "all that is against `worker`, and a port more to close",
    code: `// waiter.ts, the Worker
import { dlopen } from "bun:ffi";
const library = dlopen("./libmine.so", { mine_wait: { args: [], returns: "i32" } });
self.onmessage = ({ data: port }) => {
  for (let item = library.symbols.mine_wait(); item >= 0; item = library.symbols.mine_wait()) {
    port.postMessage(item); // mine_wait sleeps on a semaphore or a futex
  }
};

// main.ts
const { port1: hears, port2: rings } = new MessageChannel();
hears.onmessage = ({ data }) => console.log("done:", data);
const waiter = new Worker(new URL("./waiter.ts", import.meta.url));
waiter.postMessage(rings, [rings]);
// To end: wake mine_wait so that it returns -1, then: hears.close(); waiter.terminate();`,
  },
  async open(context) {
    const mailbox = new Mailbox<number>();
    const heard = mailbox.entrance(context.enter);
    const { port1: hears, port2: port } = new MessageChannel();
    hears.onmessage = ({ data }: { readonly data: number }) => heard(data);
    const script = entryUrl("wakers/message-port-thread");
    const leave = await parkWorker(context, script, { extra: { port }, transfer: [port] });
    return {
      wait: () => mailbox.wait(),
      listen: (hear) => mailbox.listen(hear),
      async close() {
        await leave();
        hears.close();
      },
    };
  },
};
