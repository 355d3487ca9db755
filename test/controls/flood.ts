import { dlopen, JSCallback } from "bun:ffi";
import { callback } from "../../src/wakers/callback.ts";
import type { Waker } from "../../src/wakers/waker.ts";

const floodThreads = 8;
const floodCalls = 200_000;

/**
 * `callback`, but before its first wake many threads call a second threadsafe JSCallback at once.
 * Bun before 1.4 dies of it (oven-sh/bun #24529 and others), later ones do not.
 */
export const waker: Waker = {
  ...callback,
  id: "flood",
  title: "A flood of callbacks",
  async open(context) {
    const { symbols } = dlopen(context.visit.libraryPath, {
      wb_control_flood: { args: ["ptr", "u32", "u32"], returns: "i32" },
    });
    let heard = 0;
    const drop = new JSCallback(() => void heard++, {
      args: ["u32"],
      returns: "void",
      threadsafe: true,
    });
    if (drop.ptr === null || symbols.wb_control_flood(drop.ptr, floodThreads, floodCalls) !== 0) {
      throw new Error("the flood could not be started");
    }
    while (heard < floodThreads * floodCalls)
      await new Promise((resolve) => setTimeout(resolve, 1));
    drop.close();
    return callback.open(context);
  },
};
