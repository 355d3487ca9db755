import { loadLibrary, type Native } from "../native/library.ts";
import type { VisitTicket } from "./waker.ts";

const standIn = 2;

/**
 * Called in a Worker that stands for the native side: it moves to the waker's core, its mask is read
 * back at the end of the visit, and its CPU time counts as the waker's.
 */
export function joinVisit(visit: VisitTicket): Native {
  const native = loadLibrary(visit.libraryPath);
  if (visit.session !== null) native.symbols.wb_session_place(visit.session, standIn);
  return native;
}
