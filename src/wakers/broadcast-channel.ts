import { entryUrl } from "../entry.ts";
import { Mailbox } from "./mailbox.ts";
import { parkWorker } from "./parked-worker.ts";
import type { Waker } from "./waker.ts";

/** A Bun Worker that sleeps inside an FFI call and posts on a BroadcastChannel when it returns. */
export const broadcastChannel: Waker = {
  id: "broadcast-channel",
  title: "BroadcastChannel of a parked Worker",
  summary:
    "the thread wakes a Worker that sleeps in an FFI call; the Worker posts on a BroadcastChannel",
  traits: {
    kind: "message",
    payload: "values (anything that postMessage can carry)",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "several Workers must hear the same wake",
    against: "all that is against `worker`; every channel of that name in the process is rung",
    code: `// waiter.ts, the Worker
import { dlopen } from "bun:ffi";
const library = dlopen("./libmine.so", { mine_wait: { args: [], returns: "i32" } });
const done = new BroadcastChannel("mine");
for (let item = library.symbols.mine_wait(); item >= 0; item = library.symbols.mine_wait()) {
  done.postMessage(item); // mine_wait sleeps on a semaphore or a futex
}

// main.ts, and any other Worker
const done = new BroadcastChannel("mine");
done.onmessage = ({ data }) => console.log("done:", data);
const waiter = new Worker(new URL("./waiter.ts", import.meta.url)); // in main.ts alone
// To end: wake mine_wait so that it returns -1, then: done.close(); waiter.terminate();`,
  },
  async open(context) {
    const mailbox = new Mailbox<number>();
    const heard = mailbox.entrance(context.enter);
    // The doorbell's seam is unique in this process, and so is the name of the channel.
    const name = `wakerbench-${context.seam}`;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: { readonly data: number }) => heard(data);
    const script = entryUrl("wakers/broadcast-channel-thread");
    const leave = await parkWorker(context, script, { extra: { name } });
    return {
      wait: () => mailbox.wait(),
      listen: (hear) => mailbox.listen(hear),
      async close() {
        await leave();
        channel.close();
      },
    };
  },
};
