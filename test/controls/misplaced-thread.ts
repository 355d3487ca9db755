import type { Pointer } from "bun:ffi";
import { joinVisit } from "../../src/wakers/join-visit.ts";
import { parkedLeave } from "../../src/wakers/stand-by.ts";
import type { VisitTicket } from "../../src/wakers/waker.ts";

declare const self: Worker;

type Start = { visit: VisitTicket; doorbell: Pointer; core: number };

self.onmessage = ({ data: { visit, doorbell, core } }: MessageEvent<Start>) => {
  const { wb_parked_park, wb_pin, wb_thread_id } = joinVisit(visit).symbols;
  wb_pin(wb_thread_id(), core);
  postMessage("ready");
  for (;;) {
    const message = wb_parked_park(doorbell);
    if (message === parkedLeave) break;
    postMessage(message);
  }
  postMessage("left");
};
