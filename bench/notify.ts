import { type Pointer, ptr } from "bun:ffi";
import { readWithBun } from "../src/agent/reader.ts";
import { findLibrary, loadLibrary, type Native } from "../src/native/library.ts";
import { allowedCores } from "../src/native/placing.ts";
import { type Summary, summariseRound } from "../src/stats/summary.ts";
import { callback } from "../src/wakers/callback.ts";
import { pipe } from "../src/wakers/pipe.ts";
import { ring } from "../src/wakers/ring.ts";
import type { OpenWaker, Waker } from "../src/wakers/waker.ts";
import { isSmoke } from "./call-bench.ts";

type Setting = {
  readonly title: string;
  readonly calls: number;
  /** Slept before each notify, nanoseconds: the loop has gone to sleep by then. 0: no gap at all. */
  readonly gapNs: number;
  /** Cores of the loop and of the producer, -1 where they are not pinned. */
  readonly loopCore: number;
  readonly producerCore: number;
};

const pollMs = 5;

/**
 * What does one notify cost the thread that notifies, as it feels it? Each call is timed natively
 * between two readings of the clock, which are the first row. Every call counts: mitata drops the
 * extremes, and a producer feels those too. The loop runs and hears what is rung.
 */
export async function run(): Promise<void> {
  const native = loadLibrary(findLibrary());
  for (const setting of settings(allowedCores(native))) {
    placeLoop(native, setting.loopCore);
    const rows: Record<string, Record<string, string | number>> = {};
    for (const waker of [null, pipe, callback, ring]) {
      const summary = summariseRound(await measureNotify(native, waker, setting));
      rows[waker?.id ?? "nothing"] = cellsOf(summary);
    }
    console.log(`• ${setting.title}\n${Bun.inspect.table(rows)}`);
  }
}

function settings(cores: Uint32Array): Setting[] {
  const parked = { calls: isSmoke ? 20 : 2_000, gapNs: 100_000 };
  const flood = { calls: isSmoke ? 200 : 50_000, gapNs: 0 };
  const loopCore = cores.at(-1) ?? -1;
  if (loopCore < 0) {
    const anywhere = { loopCore: -1, producerCore: -1 };
    return [
      { title: "parked loop, any core", ...parked, ...anywhere },
      { title: "flood, any core", ...flood, ...anywhere },
    ];
  }
  const sameCore = { loopCore, producerCore: loopCore };
  const alone = [{ title: "parked loop, same core", ...parked, ...sameCore }];
  if (cores.length < 2) return alone;
  const crossCore = { loopCore, producerCore: cores[0] ?? -1 };
  return [
    ...alone,
    { title: "parked loop, other core", ...parked, ...crossCore },
    { title: "flood, other core", ...flood, ...crossCore },
  ];
}

function placeLoop(native: Native, core: number): void {
  if (core < 0) return;
  const code = native.symbols.wb_pin(native.symbols.wb_thread_id(), core);
  if (code !== 0)
    throw new Error(`the loop thread cannot be pinned to core ${core} (errno ${-code})`);
}

/** The duration of each notify, nanoseconds, in order. A null waker: what the clock takes. */
async function measureNotify(
  native: Native,
  waker: Waker | null,
  setting: Setting,
): Promise<Float64Array> {
  const { symbols } = native;
  const producer = symbols.wb_producer_open(setting.calls) as Pointer | null;
  if (producer === null) throw new Error("no memory for a producer");
  try {
    const open = waker === null ? null : await openOn(native, waker, producer);
    const ear = open === null ? null : listen(open);
    try {
      return await produce(native, producer, setting);
    } finally {
      ear?.stop();
      await open?.close();
    }
  } finally {
    symbols.wb_producer_close(producer);
  }
}

async function openOn(native: Native, waker: Waker, producer: Pointer): Promise<OpenWaker> {
  const seam = native.symbols.wb_producer_seam(producer) as Pointer;
  return waker.open({
    seam,
    parameters: {},
    read: readWithBun,
    // No waker measured here has a Worker that would join a visit.
    visit: { libraryPath: findLibrary(), session: seam, seam },
    native,
  });
}

async function produce(native: Native, producer: Pointer, setting: Setting): Promise<Float64Array> {
  const { wb_producer_start, wb_producer_left, wb_producer_collect } = native.symbols;
  if (wb_producer_start(producer, setting.producerCore, setting.gapNs) !== 0) {
    throw new Error("the producer's thread could not be made");
  }
  while (wb_producer_left(producer) > 0) await Bun.sleep(pollMs);
  const durationsNs = new Float64Array(setting.calls);
  wb_producer_collect(producer, ptr(durationsNs));
  return durationsNs;
}

/** Hears whatever is rung, as a program would that has nothing else to do. */
function listen(open: OpenWaker): { stop(): void } {
  let going = true;
  const hear = async () => {
    while (going) await open.wait();
  };
  hear().catch((error: unknown) => {
    if (going) throw error;
  });
  return {
    stop: () => {
      going = false;
    },
  };
}

function cellsOf(summary: Summary): Record<string, string | number> {
  return {
    calls: summary.count,
    "p50 ns": cell(summary.p50Ns),
    "p90 ns": cell(summary.p90Ns),
    "p99 ns": cell(summary.p99Ns),
    "p99.9 ns": cell(summary.p999Ns),
    "max ns": cell(summary.maxNs),
    "mean ns": cell(summary.meanNs),
  };
}

function cell(durationNs: number | null): string {
  return durationNs === null ? "-" : durationNs.toFixed(0);
}

if (import.meta.main) await run();
