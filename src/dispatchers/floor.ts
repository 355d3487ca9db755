import type { Dispatcher } from "./dispatcher.ts";

/** How the thread of the floor is woken, in the order of zig/dispatch_floor.zig. */
export const floorVias = ["futex", "eventfd"] as const;
export type FloorVia = (typeof floorVias)[number];

/**
 * The same call, native to native: what the kernel alone takes. It has no JavaScript to open; the scenario
 * runs it inside the library.
 */
export const floor: Dispatcher = {
  id: "floor",
  title: "Floor (native to native)",
  summary: "no JavaScript: one native thread calls another, and sleeps until it has answered",
  kind: "floor",
  platforms: ["linux", "darwin"],
  parameters: {
    via: {
      values: floorVias,
      default: "futex",
      description: "what wakes the worker; the caller is always woken by a futex",
    },
  },
  variants: [{ via: "futex" }, { via: "eventfd" }],
  advice: {
    when: "never: it is what a call takes when nothing but the kernel is between two threads",
    against: "it runs no JavaScript",
    code: "// There is nothing to paste: the floor never reaches JavaScript.",
  },
  open() {
    throw new Error("the floor has no JavaScript to open");
  },
};
