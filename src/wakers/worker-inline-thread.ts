import { joinVisit } from "./join-visit.ts";
import type { VisitTicket } from "./waker.ts";

declare const self: Worker;

/**
 * The Worker of the waker `worker-inline`: the work of each wake runs inside its FFI call. It is on the
 * waker's core before it is ready, so that nobody takes it for a helper thread of the runtime.
 */
self.onmessage = ({ data: { visit } }: MessageEvent<{ visit: VisitTicket }>) => {
  const { wb_inline_work } = joinVisit(visit).symbols;
  postMessage("ready");
  for (;;) {
    const message = wb_inline_work(visit.seam);
    if (message < 0) break;
    postMessage(message);
  }
  postMessage("left");
};
