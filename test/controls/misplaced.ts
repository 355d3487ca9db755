import { Mailbox } from "../../src/wakers/mailbox.ts";
import type { Waker } from "../../src/wakers/waker.ts";
import { worker } from "../../src/wakers/worker.ts";
import { startWorker } from "../../src/wakers/worker-life.ts";

/** `worker` with its Worker pinned to the wrong core on purpose: the visit must fail by its mask. */
export const waker: Waker = {
  ...worker,
  id: "misplaced",
  title: "A Worker on the wrong core",
  async open(context) {
    const { wb_parked_open, wb_parked_leave, wb_parked_close } = context.native.symbols;
    const doorbell = wb_parked_open(context.seam);
    if (doorbell === null) throw new Error("no memory");
    const mailbox = new Mailbox<number>();
    const parked = await startWorker<number>(
      new URL("./misplaced-thread.ts", import.meta.url),
      { visit: context.visit, doorbell, core: Number(context.parameters.core) },
      mailbox.deliver,
    );
    return {
      wait: () => mailbox.wait(),
      async close() {
        wb_parked_leave(doorbell);
        await parked.left;
        wb_parked_close(doorbell);
      },
    };
  },
};
