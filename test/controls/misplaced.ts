import { openParkedWorker } from "../../src/wakers/parked-worker.ts";
import type { Waker } from "../../src/wakers/waker.ts";
import { worker } from "../../src/wakers/worker.ts";

/** `worker` with its Worker pinned to the wrong core on purpose: the visit must fail by its mask. */
export const waker: Waker = {
  ...worker,
  id: "misplaced",
  title: "A Worker on the wrong core",
  open: (context) =>
    openParkedWorker(context, new URL("./misplaced-thread.ts", import.meta.url), {
      core: Number(context.parameters.core),
    }),
};
