import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import {
  doorbellAudit,
  type FloodAudit,
  type FloodCells,
  messageAudit,
  numberBitsOf,
} from "./burst-audit.ts";
import type { BurstJob } from "./burst-job.ts";
import type { BurstMeasurement } from "./burst-measurement.ts";

/** `Progress` of zig/burst_accounting.zig, from the first that ends a flood. */
export const Ending = { settled: 2, silent: 3, stuck: 4, overrun: 5 } as const;

/** Counters of zig/burst_accounting.zig, in its order; counts, except where the name has a unit. */
const counterNames = [
  "floodNs",
  "delivered",
  "entries",
  "sent",
  "settleNs",
  "memoryGrowthBytes",
  "wallNs",
  "cpuLoopNs",
  "cpuProducersNs",
  "cpuProcessNs",
  "voluntarySwitches",
  "peakRssBytes",
  "threadsInside",
] as const;
type Counters = Readonly<Record<(typeof counterNames)[number], number>>;

/** What a waker itself counts during a flood; undefined where it does not. */
type WakerCounts = { readonly entries: number | undefined; readonly refused: number };

/** For so long after a flood a backlog that moves is waited for; then the flood is a fault. */
const patienceNs = 5e9;
const timerPeriodMs = 1;
/** Where the rings lie in `Cells` of zig/burst.zig, bytes; and how long it is. */
const rungAt = 128;
const cellsBytes = 256;

/** The threads of a flood, opened on the loop thread that hears them. */
export class BurstSession implements Disposable {
  readonly pointer: Pointer;
  readonly seam: Pointer;
  readonly audit: FloodAudit;
  readonly #native: Native;
  readonly #job: BurstJob;
  #timer: Timer | undefined;
  #isStopped = false;

  /** @param auditOf makes the audit, if it is not that of the waker's kind */
  constructor(
    native: Native,
    job: BurstJob,
    kind: "message" | "doorbell",
    auditOf: (cells: FloodCells) => FloodAudit = (cells) =>
      kind === "message" ? messageAudit(cells, job.threads) : doorbellAudit(cells),
  ) {
    this.#native = native;
    this.#job = job;
    const { wb_burst_open, wb_burst_seam, wb_burst_cells } = native.symbols;
    const pointer = wb_burst_open(ptr(floodConfig(job, kind)));
    if (pointer === null) throw new Error("no memory for a flood");
    this.pointer = pointer as Pointer;
    this.seam = wb_burst_seam(pointer) as Pointer;
    const cells = toArrayBuffer(wb_burst_cells(pointer) as Pointer, 0, cellsBytes);
    this.audit = auditOf({
      heard: new Int32Array(cells, 0, 2),
      rung: new Uint32Array(cells, rungAt, 1),
    });
  }

  /** Whether the waker bound a notify function that many threads can call. */
  get isBound(): boolean {
    return this.#native.symbols.wb_burst_is_bound(this.pointer) === 1;
  }

  /**
   * Makes the threads, which sleep until the first flood.
   *
   * @throws WakerbenchError VISIT_FAILED
   */
  start(): void {
    const { threads } = this.#job;
    const made = this.#native.symbols.wb_burst_start(this.pointer);
    if (made === threads) return;
    throw new WakerbenchError("VISIT_FAILED", `only ${made} of ${threads} threads could be made`, {
      remedy: "look at the limits of threads and memory (`ulimit -a`), or ask for fewer --threads",
    });
  }

  /**
   * Lets the threads flood, and waits until all was heard or nothing comes any more. A 1 ms timer runs
   * meanwhile and is watched.
   *
   * @returns one of `Ending`
   */
  flood(floodNs: number): Promise<number> {
    const { wb_burst_begin, wb_burst_tick, wb_burst_finish } = this.#native.symbols;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.audit.begin(this.#numbers());
    const timer = setInterval(() => {
      const progress = wb_burst_tick(this.pointer);
      if (progress < Ending.settled) return;
      clearInterval(timer);
      wb_burst_finish(this.pointer);
      resolve(progress);
    }, timerPeriodMs);
    this.#timer = timer;
    wb_burst_begin(this.pointer, floodNs);
    return promise;
  }

  #numbers(): Uint32Array {
    const numbers = new Uint32Array(this.#job.threads);
    this.#native.symbols.wb_burst_numbers(this.pointer, ptr(numbers));
    return numbers;
  }

  /**
   * All that the last flood came to.
   *
   * @param ending what `flood` resolved with
   * @param told what the waker itself counted from the flood's beginning to the end of settling
   */
  measurement(ending: number, told: WakerCounts): BurstMeasurement {
    const { wb_can_prove_parking } = this.#native.symbols;
    const counters = this.#counters();
    const audit = this.audit.result(counters.sent, told.refused);
    const { delivered, cpuLoopNs, cpuProducersNs, cpuProcessNs } = counters;
    const entered = this.audit.entriesOf(audit.received, counters.entries);
    return {
      scenario: "burst",
      parameters: this.#job.parameters,
      floodNs: counters.floodNs,
      delivered,
      entries: told.entries ?? entered,
      audit,
      notifyNs: this.#collect("wb_burst_collect_notify"),
      lateNs: this.#collect("wb_burst_collect_late"),
      settleNs: counters.settleNs,
      memoryGrowthBytes: counters.memoryGrowthBytes,
      cost: {
        wallNs: counters.wallNs,
        cpuLoopNs,
        cpuProducersNs: ending === Ending.stuck ? null : cpuProducersNs,
        cpuProcessNs,
        voluntarySwitches: wb_can_prove_parking() === 1 ? counters.voluntarySwitches : null,
        peakRssBytes: counters.peakRssBytes,
      },
      fault: this.faultOf(ending),
    };
  }

  /** What is wrong with a flood that ended so, or null. */
  faultOf(ending: number): string | null {
    const { sent, threadsInside } = this.#counters();
    const patience = `${patienceNs / 1e9} s after the flood`;
    if (ending === Ending.stuck) {
      return `${threadsInside} threads had not come out of their notify ${patience}`;
    }
    const { received } = this.audit.result(sent, 0);
    if (ending === Ending.overrun) {
      return `${sent - received} of ${sent} wakes had not been heard ${patience}`;
    }
    return sent > 0 && received === 0 ? `none of ${sent} wakes was heard: it does not wake` : null;
  }

  #counters(): Counters {
    const { wb_burst_counters } = this.#native.symbols;
    return readCounters(counterNames, (out) => wb_burst_counters(this.pointer, out));
  }

  #collect(name: "wb_burst_collect_notify" | "wb_burst_collect_late"): number[] {
    const collect = this.#native.symbols[name];
    const count = collect(this.pointer, null);
    if (count === 0) return [];
    const numbers = new Float64Array(count);
    collect(this.pointer, ptr(numbers));
    return [...numbers];
  }

  /**
   * Ends the threads. False when some do not come out of their notify: then the waker must not be
   * closed, and the flood stays in memory until the agent ends.
   */
  stop(): boolean {
    clearInterval(this.#timer);
    this.#isStopped = this.#native.symbols.wb_burst_stop(this.pointer) === 0;
    return this.#isStopped;
  }

  [Symbol.dispose](): void {
    if (this.#isStopped || this.stop()) this.#native.symbols.wb_burst_close(this.pointer);
  }
}

/** Lays out `Config` of zig/burst.zig. */
function floodConfig(job: BurstJob, kind: "message" | "doorbell"): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(job.gapNs), true);
  view.setBigUint64(8, BigInt(job.seed), true);
  view.setBigUint64(16, BigInt(patienceNs), true);
  view.setUint32(24, job.threads, true);
  view.setUint32(28, job.producers === "sleep" ? 1 : 0, true);
  view.setUint32(32, kind === "message" ? 1 : 0, true);
  view.setUint32(36, numberBitsOf(job.threads), true);
  view.setUint32(40, job.isControl ? 1 : 0, true);
  return bytes;
}
