import type { Pointer } from "bun:ffi";
import { joinVisit } from "./join-visit.ts";
import type { VisitTicket } from "./waker.ts";

declare const self: Worker;

/** The Worker of the waker `worker`: sleeps in FFI, posts the number that it wakes with. */
self.onmessage = ({ data }: MessageEvent<{ visit: VisitTicket; doorbell: Pointer }>) => {
  const { symbols } = joinVisit(data.visit);
  const { wb_parked_park } = symbols;
  postMessage("ready");
  for (;;) {
    const message = wb_parked_park(data.doorbell);
    if (message < 0) break;
    postMessage(message);
  }
  postMessage("left");
};
