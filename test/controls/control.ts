import { callback } from "../../src/wakers/callback.ts";
import type { Waker } from "../../src/wakers/waker.ts";

/**
 * `callback` with a fault of known size between its stamp and its bell (zig/controls.zig):
 * `control.ts:delayNs=1000000`, `:loseEvery=100`, `:duplicateEvery=100`. Without parameters it is
 * `callback` behind one more function call.
 */
export const waker: Waker = {
  ...callback,
  id: "control",
  title: "Control",
  summary: "callback with a fault of known size",
  async open(context) {
    const { delayNs = "0", loseEvery = "0", duplicateEvery = "0" } = context.parameters;
    const { wb_control_wrap, wb_control_unwrap } = context.native.symbols;
    const inner = await callback.open(context);
    const control = wb_control_wrap(
      context.visit.session,
      Number(delayNs),
      Number(loseEvery),
      Number(duplicateEvery),
    );
    if (control === null) throw new Error("nothing is bound that could be wrapped");
    return {
      wait: () => inner.wait(),
      async close() {
        wb_control_unwrap(control);
        await inner.close();
      },
    };
  },
};
