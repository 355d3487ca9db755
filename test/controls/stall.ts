import { callback } from "../../src/wakers/callback.ts";
import type { Waker } from "../../src/wakers/waker.ts";

/**
 * `callback`, but when it is heard the `at`th time the loop is blocked for `stallMs` before JavaScript
 * goes on: one stall of known length.
 */
export const waker: Waker = {
  ...callback,
  id: "stall",
  title: "One stall",
  async open(context) {
    const { at = "0", stallMs = "0" } = context.parameters;
    const inner = await callback.open(context);
    let heard = 0;
    return {
      async wait() {
        const message = await inner.wait();
        heard++;
        if (heard === Number(at)) Bun.sleepSync(Number(stallMs));
        return message;
      },
      close: () => inner.close(),
    };
  },
};
