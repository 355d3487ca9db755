import { type Pointer, ptr } from "bun:ffi";
import type { Dispatcher } from "../dispatchers/dispatcher.ts";
import { type FloorVia, floorVias } from "../dispatchers/floor.ts";
import { requireNativeSqlite } from "../dispatchers/query.ts";
import { WakerbenchError } from "../errors.ts";
import { type Callee, contextOf } from "./dispatch-callee.ts";
import type { DispatchJob } from "./dispatch-job.ts";
import type { DispatchSession } from "./dispatch-session.ts";
import type { Visit } from "./scenario.ts";

/** `Work` of zig/dispatch_floor.zig. */
const works = { spin: 0, yield: 1, sqlite: 2 } as const;

/**
 * The same calls without JavaScript. They block the loop's thread, which makes them. Nothing can be asked of
 * them but an answer: signals, timeouts and errors are what a complete worker adds.
 *
 * @throws WakerbenchError UNSUPPORTED, VISIT_FAILED
 */
export function openFloor(visit: Visit<DispatchJob, Dispatcher>, session: DispatchSession): Callee {
  const { native, job } = visit;
  const { symbols } = native;
  if (job.work.kind === "sqlite") requireNativeSqlite(native);
  const floor = symbols.wb_dispatch_floor_open(ptr(floorConfig(visit))) as Pointer | null;
  if (floor === null) {
    throw new WakerbenchError("VISIT_FAILED", "no memory or thread is left for the floor", {
      remedy: "look at the limits of threads and memory (`ulimit -a`)",
    });
  }
  const make: Callee["make"] = async ({ calls, inFlight, sampledEvery }, tally) => {
    const { wb_dispatch_floor_run } = symbols;
    const mistaken = wb_dispatch_floor_run(floor, session.pointer, calls, inFlight, sampledEvery);
    tally.sent += calls;
    tally.settled += calls;
    tally.mistaken += mistaken;
    tally.answered += calls - mistaken;
  };
  return {
    make,
    greet: (number, tally) =>
      make({ calls: 1, firstNumber: number, inFlight: 1, sampledEvery: 1 }, tally),
    threadIds: () => [symbols.wb_dispatch_floor_thread_id(floor)],
    strayAnswers: () => 0,
    async close() {
      symbols.wb_dispatch_floor_close(floor);
    },
  };
}

/** Lays out `Config` of zig/dispatch_floor.zig. */
function floorConfig(visit: Visit<DispatchJob, Dispatcher>): Uint8Array {
  const { work, capacity, parameters } = contextOf(visit);
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(work.kind === "spin" ? work.spinNs : 0), true);
  view.setUint32(8, floorVias.indexOf(parameters.via as FloorVia), true);
  view.setUint32(12, works[work.kind], true);
  view.setUint32(16, capacity, true);
  return bytes;
}
