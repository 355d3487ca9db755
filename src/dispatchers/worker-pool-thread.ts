import { workerData } from "node:worker_threads";
import { loadLibrary } from "../native/library.ts";
import type { PoolTicket } from "./pool-ticket.ts";
import { failWork, openWork } from "./works.ts";

// Piscina hands over what it was given, Tinypool the same behind a ticket of its own.
const given: PoolTicket | readonly [unknown, PoolTicket] = workerData;
const ticket = "libraryPath" in given ? given : given[1];

const native = loadLibrary(ticket.libraryPath);
const threadId = native.symbols.wb_thread_id();
// It has the mask of the loop's thread, which made it.
if (ticket.workerCore >= 0) native.symbols.wb_pin(threadId, ticket.workerCore);
tellThread(threadId);
const work = openWork(ticket.work, native);

/** Does the work on a thread of a pool. */
export const call = work.run;

/** A job that throws. */
export const fail = failWork;

/** Takes the first place that is free, or that a thread has left which has ended. */
function tellThread(id: number): void {
  const { threads } = ticket;
  for (let at = 0; at < threads.length; at++) {
    const before = Atomics.load(threads, at);
    const ended = process.platform === "linux" && native.symbols.wb_core_count_of(before) < 0;
    if (before !== 0 && !ended) continue;
    if (Atomics.compareExchange(threads, at, before, id) === before) return;
  }
}
