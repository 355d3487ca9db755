import { callback } from "../../src/wakers/callback.ts";
import type { Waker } from "../../src/wakers/waker.ts";

/** `callback` on a loop that a chain of immediates keeps from ever reaching the kernel. */
export const waker: Waker = {
  ...callback,
  id: "awake",
  title: "A loop that never parks",
  async open(context) {
    let going = true;
    const turn = () => {
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    const inner = await callback.open(context);
    return {
      wait: () => inner.wait(),
      async close() {
        going = false;
        await inner.close();
      },
    };
  },
};
