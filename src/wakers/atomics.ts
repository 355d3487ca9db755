import { entryUrl } from "../entry.ts";
import { parkWorker } from "./parked-worker.ts";
import type { OpenWaker, Waker } from "./waker.ts";

/** A Bun Worker that sleeps inside an FFI call and notifies an Atomics.waitAsync when it returns. */
export const atomics: Waker = {
  id: "atomics",
  title: "Atomics.waitAsync",
  summary:
    "the thread wakes a Worker that sleeps in an FFI call; the Worker wakes an Atomics.waitAsync",
  traits: {
    kind: "doorbell",
    payload: "none: what is new stands in shared memory",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "Workers write their results into a SharedArrayBuffer anyway",
    against:
      "a native wake of the same memory is not heard, so a Worker has to stand in between; Bun before 1.4 ends with the promise unsettled when nothing else keeps it alive",
    code: `// waiter.ts, the Worker
import { dlopen } from "bun:ffi";
const library = dlopen("./libmine.so", { mine_wait: { args: [], returns: "i32" } });
self.onmessage = ({ data: rings }) => {
  while (library.symbols.mine_wait() >= 0) { // sleeps on a semaphore or a futex
    Atomics.add(rings, 0, 1);
    Atomics.notify(rings, 0);
  }
};

// main.ts
const rings = new Int32Array(new SharedArrayBuffer(4));
const waiter = new Worker(new URL("./waiter.ts", import.meta.url));
waiter.postMessage(rings);
for (let heard = 0; ; heard = Atomics.load(rings, 0)) {
  await Atomics.waitAsync(rings, 0, heard).value; // one ring may stand for many: take all there is
}`,
  },
  async open(context) {
    const rings = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const script = entryUrl("wakers/atomics-thread");
    const leave = await parkWorker(context, script, { extra: { rings } });
    return listenTo(rings, context.enter, leave);
  },
};

function listenTo(
  rings: Int32Array,
  enter: (() => void) | undefined,
  leave: () => Promise<void>,
): OpenWaker {
  let heard = 0;
  let isOpen = true;
  // The count has to be read when the wait is over, so the promise of this function is part of the
  // wake: every program that waits in this way has it.
  const wait = async () => {
    await Atomics.waitAsync(rings, 0, heard).value;
    enter?.();
    heard = Atomics.load(rings, 0);
  };
  return {
    wait,
    async listen(hear) {
      while (isOpen) {
        await wait();
        if (isOpen) hear(undefined);
      }
    },
    async close() {
      isOpen = false;
      await leave();
      // Whoever still waits goes on.
      Atomics.add(rings, 0, 1);
      Atomics.notify(rings, 0);
    },
  };
}
