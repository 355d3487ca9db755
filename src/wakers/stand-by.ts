import type { Pointer } from "bun:ffi";
import { joinVisit } from "./join-visit.ts";
import type { VisitTicket } from "./waker.ts";

/** What `parkWorker` sends to its Worker first. */
export type ParkedTicket = { readonly visit: VisitTicket; readonly doorbell: Pointer };

/** What `wb_parked_park` returns when the Worker shall leave (zig/parked_worker.zig, leave_number). */
export const parkedLeave = 0xffff_ffff;

/**
 * Called in a Worker of `parkWorker`: it sleeps inside an FFI call, and rings with each number that it
 * wakes with, until it is let go.
 */
export function standBy(ticket: ParkedTicket, ring: (message: number) => void): void {
  const { wb_parked_park } = joinVisit(ticket.visit).symbols;
  postMessage("ready");
  for (;;) {
    const message = wb_parked_park(ticket.doorbell);
    if (message === parkedLeave) break;
    ring(message);
  }
  postMessage("left");
}
