import { type Pointer, ptr } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import {
  allowedCores,
  freeHelperThreads,
  misplacedThreads,
  placedThreads,
  summonHelperThreads,
} from "../native/placing.ts";
import { type Counters, counterNames, type WakeMeasurement } from "./measurement.ts";
import type { WakeJob } from "./wake-job.ts";

/** What `wb_arm`, `wb_resume` and `wb_watch` tell the loop thread (zig/handshake.zig, Next). */
export const Next = {
  goOn: 0,
  waitAgain: 1,
  finished: 2,
  unheard: 3,
  silent: 4,
  behind: 5,
} as const;

/** Durations of zig/recorder.zig. */
const stage = {
  wake: 0,
  enter: 1,
  resume: 2,
  spawn: 3,
  probeCall: 4,
  probeNative: 5,
  dueResume: 6,
  dueNotify: 7,
} as const;
const role = { loop: 0 } as const;

/** The native session of one measured part of a visit, opened on the loop thread. */
export class WakeSession implements Disposable {
  readonly pointer: Pointer;
  readonly seam: Pointer;
  readonly #native: Native;
  readonly #job: WakeJob;
  readonly #cores: Uint32Array;
  readonly #placed = () => placedThreads(this.#native, this.pointer);

  /** @param polls its wakes count although they find the loop awake */
  constructor(native: Native, job: WakeJob, kind: "message" | "doorbell", polls = false) {
    this.#native = native;
    this.#job = job;
    this.#cores = allowedCores(native);
    const pointer = native.symbols.wb_session_open(ptr(sessionConfig(job, kind, polls)));
    if (pointer === null) {
      throw new WakerbenchError("VISIT_FAILED", "no memory for the samples of a visit", {
        remedy: "ask for fewer wakes with --wakes",
      });
    }
    this.pointer = pointer as Pointer;
    this.seam = native.symbols.wb_session_seam(pointer) as Pointer;
  }

  /** Places the loop thread, frees the helpers and starts the waker thread. */
  start(): void {
    summonHelperThreads();
    this.place();
    if (this.#native.symbols.wb_session_start(this.pointer) === 0) return;
    throw new WakerbenchError("VISIT_FAILED", "the waker thread could not be made", {
      remedy: "look at the limits of threads and memory (`ulimit -a`)",
    });
  }

  /** Moves the calling thread to the loop's core and the runtime's helpers away from it. */
  place(): void {
    const code = this.#native.symbols.wb_session_place(this.pointer, role.loop);
    if (code !== 0) {
      throw new WakerbenchError(
        "PLACEMENT_IMPOSSIBLE",
        `the loop thread cannot be pinned to core ${this.#job.cores.loopCore} (errno ${-code})`,
        { remedy: "use --placement any" },
      );
    }
    freeHelperThreads(this.#native, this.#placed, this.#cores);
  }

  /** The warm-up is over. */
  begin(): void {
    freeHelperThreads(this.#native, this.#placed, this.#cores);
    this.#native.symbols.wb_session_begin(this.pointer);
  }

  end(): void {
    this.#native.symbols.wb_session_end(this.pointer);
  }

  /**
   * Fails the visit when a thread is not where the placement wants it, or never stamped.
   *
   * @throws WakerbenchError PLACEMENT_MISMATCH, WAKER_FAILED
   */
  verify(): void {
    const wrong = misplacedThreads(this.#native, this.#placed(), this.#job.cores, this.#cores);
    const { misplaced, unstamped } = this.counters();
    if (misplaced > 0) wrong.push(`${misplaced} threads of single wakes ran elsewhere`);
    if (wrong.length > 0) {
      throw new WakerbenchError(
        "PLACEMENT_MISMATCH",
        `placement ${this.#job.placement} did not hold: ${wrong.join("; ")}`,
        { remedy: "let no one else pin threads of this process, or use --placement any" },
      );
    }
    if (unstamped === 0) return;
    throw new WakerbenchError(
      "WAKER_FAILED",
      `notify came back ${unstamped} times without having called stamp`,
      { remedy: "call seam->stamp(seam, wake) immediately before you ring" },
    );
  }

  counters(): Counters {
    const { wb_counters } = this.#native.symbols;
    return readCounters(counterNames, (out) => wb_counters(this.pointer, out));
  }

  /** All that was measured. Call it after `end`. */
  measurement(parameters: Readonly<Record<string, string>>, fault: string | null): WakeMeasurement {
    const call = this.#collect(stage.probeCall).sort();
    const native = this.#collect(stage.probeNative).sort();
    const isOpenLoop = this.#job.ratePerSecond !== null;
    return {
      scenario: "wake",
      parameters,
      wakeNs: [...this.#collect(isOpenLoop ? stage.dueResume : stage.wake)],
      enterNs: [...this.#collect(stage.enter)],
      resumeNs: [...this.#collect(stage.resume)],
      spawnNs: [...this.#collect(stage.spawn)],
      lateNs: isOpenLoop ? [...this.#collect(stage.dueNotify)] : [],
      counters: this.counters(),
      harnessNs: {
        p50Ns: rank(call, 0.5) + rank(native, 0.5),
        p99Ns: rank(call, 0.99) + rank(native, 0.99),
      },
      parkingProved: this.#native.symbols.wb_can_prove_parking() === 1,
      fault,
    };
  }

  #collect(which: number): Float64Array {
    const out = new Float64Array(this.#job.wakes + this.#job.warmupWakes);
    return out.slice(0, this.#native.symbols.wb_collect(this.pointer, which, ptr(out)));
  }

  [Symbol.dispose](): void {
    this.#native.symbols.wb_session_close(this.pointer);
  }
}

/** Nearest rank in ascending numbers; 0 when there are none. */
function rank(ascending: Float64Array, quantile: number): number {
  return ascending[Math.max(0, Math.ceil(quantile * ascending.length) - 1)] ?? 0;
}

/** Lays out `Config` of zig/session.zig. */
function sessionConfig(job: WakeJob, kind: "message" | "doorbell", polls: boolean): Uint8Array {
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(job.gapNs), true);
  view.setBigUint64(8, BigInt(job.seed), true);
  view.setUint32(16, job.wakes, true);
  view.setUint32(20, job.warmupWakes, true);
  view.setInt32(24, job.cores.loopCore, true);
  view.setInt32(28, job.cores.wakerCore, true);
  view.setUint32(32, kind === "message" ? 1 : 0, true);
  view.setUint32(36, job.before === "sleep" ? 1 : 0, true);
  view.setUint32(40, job.spawn === "per-wake" ? 1 : 0, true);
  view.setUint32(44, job.loop === "idle" && !polls ? 1 : 0, true);
  view.setUint32(48, job.ratePerSecond ?? 0, true);
  return bytes;
}
