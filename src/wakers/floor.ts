import type { Waker } from "./waker.ts";

/** How the floor's threads can meet, in the order of zig/floor.zig. */
export const floorVias = ["pipe", "eventfd", "futex"] as const;

/**
 * The same wake, native to native: what the kernel alone takes. It has no JavaScript to open; the
 * scenario runs it inside the library.
 */
export const floor: Waker = {
  id: "floor",
  title: "Floor (native to native)",
  summary: "no JavaScript: the fastest of pipe, eventfd and futex between two native threads",
  traits: {
    kind: "doorbell",
    payload: "none",
    coalesces: true,
    keepsAlive: false,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "never: it is the bound that no waker can beat here, for comparison",
    against: "it runs no JavaScript",
    code: "// There is nothing to paste: the floor never reaches JavaScript.",
  },
  open() {
    throw new Error("the floor has no JavaScript to open");
  },
};
