import { ptr } from "bun:ffi";
import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import type { BurstJob } from "../../src/scenarios/burst-job.ts";
import type { BurstMeasurement } from "../../src/scenarios/burst-measurement.ts";
import { BurstSession } from "../../src/scenarios/burst-session.ts";
import type { OpenWaker, Waker } from "../../src/wakers/waker.ts";

export const native = loadLibrary(findLibrary());

/** A short flood from few threads. */
export function jobOf(job: Partial<BurstJob> = {}): BurstJob {
  return {
    scenario: "burst",
    approach: "callback",
    parameters: {},
    libraryPath: findLibrary(),
    parentPid: process.pid,
    isControl: false,
    threads: 4,
    producers: "sleep",
    gapNs: 100_000,
    payloadBytes: 0,
    warmupFloodNs: 5e6,
    floodNs: 100e6,
    seed: 1,
    ...job,
  };
}

/** Faults of zig/control_bell.zig: each thread's every so many-th notify. */
export type FaultOrder = {
  readonly loseEvery?: number;
  readonly duplicateEvery?: number;
  readonly swapEvery?: number;
};

/** What was done to the wakes in truth. */
export type Faults = {
  readonly dropped: number;
  readonly doubled: number;
  readonly swapped: number;
  readonly held: number;
};

/**
 * Floods again, twice as long each time, until there was enough of it: a machine that is busy elsewhere
 * may give the threads no turn for a while.
 */
export async function floodUntil<T>(
  flood: (floodNs: number) => Promise<T>,
  isEnough: (result: T) => boolean,
): Promise<T> {
  for (let floodNs = 50e6; ; floodNs *= 2) {
    const result = await flood(floodNs);
    if (isEnough(result) || floodNs > 5e9) return result;
  }
}

/** One flood without a warm-up, through a bell whose faults are known. */
export async function floodThrough(
  waker: Waker,
  job: BurstJob,
  order: FaultOrder,
): Promise<{ readonly measurement: BurstMeasurement; readonly faults: Faults }> {
  const symbols = native.symbols;
  using session = new BurstSession(native, job, waker.traits.kind);
  const config = new Uint32Array([
    order.loseEvery ?? 0,
    order.duplicateEvery ?? 0,
    order.swapEvery ?? 0,
  ]);
  const bell = symbols.wb_control_bell_open(session.seam, ptr(config));
  const seam = bell === null ? null : symbols.wb_control_bell_seam(bell);
  if (bell === null || seam === null) throw new Error("no memory for a control");
  const open: OpenWaker = await waker.open({
    seam: seam as typeof session.seam,
    parameters: job.parameters,
    read: readWithBun,
    visit: { libraryPath: job.libraryPath, session: null, seam: seam as typeof session.seam },
    native,
  });
  try {
    if (open.listen === undefined) throw new Error(`${waker.id} cannot be listened to`);
    session.start();
    open.listen(session.audit.hear);
    const ending = await session.flood(job.floodNs);
    const numbers = new Uint32Array(4);
    symbols.wb_control_bell_faults(bell, ptr(numbers));
    const [dropped = 0, doubled = 0, swapped = 0, held = 0] = numbers;
    const measurement = session.measurement(ending, { entries: undefined, refused: 0 });
    return { measurement, faults: { dropped, doubled, swapped, held } };
  } finally {
    session.stop();
    await open.close();
    symbols.wb_control_bell_close(bell);
  }
}
