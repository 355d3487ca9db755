import { type Pointer, ptr } from "bun:ffi";
import { readCounters } from "../native/counters.ts";
import type { DispatchCost } from "./dispatch-measurement.ts";

/** Counters of zig/calls.zig, in its order; -1 where the platform cannot tell. */
const counterNames = [
  "wallNs",
  "cpuProcessNs",
  "cpuLoopNs",
  "cpuWorkerNs",
  "cpuOtherNs",
  "voluntarySwitches",
  "peakRssBytes",
] as const;

/**
 * What a native record has counted between its `begin` and its `end`.
 *
 * @param workers the kernel's ids of the threads that did the work
 * @param write has the record write its counters, given those ids, how many there are, and where to
 */
export function readUsage(
  workers: readonly number[],
  write: (ids: Pointer, count: number, out: Pointer) => void,
): DispatchCost {
  // One more, because there is no pointer to nothing.
  const ids = new Int32Array([...workers, 0]);
  const counters = readCounters(counterNames, (out) => write(ptr(ids), workers.length, out));
  const orNull = (number: number) => (number < 0 ? null : number);
  return {
    ...counters,
    cpuWorkerNs: orNull(counters.cpuWorkerNs),
    cpuOtherNs: orNull(counters.cpuOtherNs),
    voluntarySwitches: orNull(counters.voluntarySwitches),
  };
}
