import { ptr } from "bun:ffi";
import type { FloodAudit } from "./burst-audit.ts";
import type { BurstJob } from "./burst-job.ts";
import type { BurstMeasurement } from "./burst-measurement.ts";
import { BurstSession } from "./burst-session.ts";
import type { Visit } from "./scenario.ts";

/** The ring's queue, emptied by a native thread: this one, which runs no JavaScript meanwhile. */
export function visitFloor({ job, native }: Visit<BurstJob>): BurstMeasurement {
  const { wb_burst_floor_open, wb_burst_floor_run, wb_burst_floor_faults, wb_burst_floor_close } =
    native.symbols;
  const faults = new Float64Array(2);
  using session = new BurstSession(native, job, "message", ({ heard }) =>
    floorAudit(heard, faults),
  );
  const floor = wb_burst_floor_open(session.pointer, job.payloadBytes);
  if (floor === null) throw new Error("no memory for the queue of the floor");
  try {
    session.start();
    wb_burst_floor_run(floor, job.warmupFloodNs);
    const ending = wb_burst_floor_run(floor, job.floodNs);
    wb_burst_floor_faults(floor, ptr(faults));
    return session.measurement(ending, { entries: undefined, refused: 0 });
  } finally {
    if (session.stop()) wb_burst_floor_close(floor);
  }
}

/** It is the native side that hears. */
function floorAudit(heard: Int32Array, faults: Float64Array): FloodAudit {
  return {
    hear() {},
    begin() {},
    result(sent, refused) {
      const received = (heard[0] ?? 0) >>> 0;
      const [duplicated = 0, reordered = 0] = faults;
      return {
        sent,
        received,
        lost: Math.max(0, sent - received - refused),
        duplicated,
        reordered,
        coalesced: 0,
        refused,
      };
    },
    entriesOf: (_wakes, drains) => drains,
  };
}
