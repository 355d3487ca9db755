import type { RingDoorbell } from "../ring/options.ts";
import { Ring } from "../ring/ring.ts";
import { Mailbox } from "./mailbox.ts";
import { readFrames } from "./payload.ts";
import type { Waker, WakerContext } from "./waker.ts";

const numberBytes = 4;
const doorbells: readonly RingDoorbell[] =
  process.platform === "linux" ? ["callback", "eventfd", "napi"] : ["callback", "pipe", "napi"];

/** The queue of `wakerbench/ring`, by the very class that users have. */
export const ring: Waker = {
  id: "ring",
  title: "Ring",
  summary: "the thread pushes into a queue in native memory, and rings only when the loop sleeps",
  traits: {
    kind: "message",
    payload: "a number or up to 4,096 bytes",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
    payloadSizes: [0, 8, 64],
  },
  parameters: {
    doorbell: {
      values: ["callback", "eventfd", "pipe", "napi"],
      default: "callback",
      description: "what is rung when the loop sleeps",
    },
  },
  variants: doorbells.map((doorbell) => ({ doorbell })),
  advice: {
    when: "many threads, or many wakes at once: one entry into JavaScript brings thousands of items",
    against:
      "it has room for so many items and no more: choose whether a push into a full one blocks, fails or drops",
    code: `import { dlopen } from "bun:ffi";
import { Ring } from "wakerbench/ring";

const library = dlopen("./libmine.so", {
  mine_start: { args: ["ptr"], returns: "void" },
});
using ring = new Ring({ payload: "u32" }); // doorbell: "callback", capacity: 65536, whenFull: "block"
library.symbols.mine_start(ring.pointer);
for await (const item of ring) {
  console.log("done:", item);
}
// On any native thread, with include/wakerbench_ring.h, which links nothing:
//   if (ring->push(ring, &item) == WAKERBENCH_RING_CLOSED) ring->release(ring);`,
  },
  open(context) {
    const { wb_ring_waker_open, wb_ring_waker_close } = context.native.symbols;
    const mailbox = new Mailbox<number>();
    const { ring, hear } = openRing(context);
    hear(mailbox.entrance(context.enter));
    const doorbell = wb_ring_waker_open(context.seam, ring.pointer);
    if (doorbell === null) throw new Error("an item of this ring is no wake of ours");
    return {
      wait: () => mailbox.wait(),
      listen(listener) {
        mailbox.listen(listener);
        hear(listener);
      },
      entries: () => ring.entries,
      async close() {
        ring.close();
        await ring.closed;
        wb_ring_waker_close(doorbell);
      },
    };
  },
};

/** A ring of numbers, or of numbers with something behind each, and how it is heard. */
function openRing({ parameters, visit, payloadBytes = 0 }: WakerContext) {
  const options = {
    doorbell: parameters.doorbell as RingDoorbell | undefined,
    library: visit.libraryPath,
  };
  if (payloadBytes === 0) {
    const ring = new Ring({ ...options, payload: "u32" });
    return { ring, hear: (listener: (wake: number) => void) => ring.onItem(listener) };
  }
  const ring = new Ring({ ...options, payload: numberBytes + payloadBytes });
  return {
    ring,
    hear: (listener: (wake: number) => void) =>
      ring.onBatch((frames) => readFrames(frames, payloadBytes, listener)),
  };
}
