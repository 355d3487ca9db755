import { type Pointer, ptr } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import type { TaskStamps } from "../libraries/library.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import { readUsage } from "./usage.ts";
import type { WorkloadCost } from "./workload-measurement.ts";

/** `Tally` of zig/task_log.zig. */
const tallyNames = ["began", "ended", "repeated", "unbegun", "spanNs"] as const;
/** How the tasks of some slots fared: each counts once in `began` and `ended`. */
export type TaskTally = Readonly<Record<(typeof tallyNames)[number], number>>;

/** Of the tasks one in so many is followed by a probe of what stamps cost. A power of two. */
const probeEvery = 64;

/** Whose durations: those of `count` slots from `first` on. */
export type SlotRange = { readonly first: number; readonly count: number };

/**
 * The native record of a visit's tasks, opened on the loop's thread: when each began and ended, by its slot, and
 * what all of them have used between `begin` and `end`. Any thread may stamp.
 */
export class TaskLog implements Disposable {
  readonly pointer: Pointer;
  /** For the loop's thread. */
  readonly stamps: TaskStamps;
  readonly #native: Native;
  #isAbandoned = false;

  /**
   * @param slots one for each task of a run
   * @throws WakerbenchError VISIT_FAILED
   */
  constructor(native: Native, slots: number) {
    const { wb_tasks_open, wb_tasks_began, wb_tasks_ended, wb_tasks_probe } = native.symbols;
    const pointer = wb_tasks_open(slots) as Pointer | null;
    if (pointer === null) {
      throw new WakerbenchError("VISIT_FAILED", "no memory for the stamps of the tasks", {
        remedy: "ask for fewer tasks",
      });
    }
    this.#native = native;
    this.pointer = pointer;
    this.stamps = {
      began: (slot) => wb_tasks_began(pointer, slot),
      ended(slot) {
        wb_tasks_ended(pointer, slot);
        if ((slot & (probeEvery - 1)) !== 0) return;
        wb_tasks_probe(pointer);
        wb_tasks_probe(pointer);
      },
    };
  }

  /** The warm-up is over: what it stamped is forgotten. */
  begin(): void {
    this.#native.symbols.wb_tasks_begin(this.pointer);
  }

  end(): void {
    this.#native.symbols.wb_tasks_end(this.pointer);
  }

  /**
   * How long each task took, nanoseconds, by slot; NaN where it did not begin or end.
   *
   * @param since a slot: from the begin of its task on, instead of from each one's own
   */
  durationsNs({ first, count }: SlotRange, since: number | null = null): Float64Array {
    // One more, because there is no pointer to nothing.
    const durationsNs = new Float64Array(count + 1);
    const { wb_tasks_collect } = this.#native.symbols;
    wb_tasks_collect(this.pointer, first, count, since ?? -1, ptr(durationsNs));
    return durationsNs.subarray(0, count);
  }

  tally({ first, count }: SlotRange): TaskTally {
    const { wb_tasks_tally } = this.#native.symbols;
    return readCounters(tallyNames, (out) => wb_tasks_tally(this.pointer, first, count, out));
  }

  /** What two stamps cost on the loop's thread, in place; null: nothing was stamped there. */
  get stampsNs(): number | null {
    const stampsNs = this.#native.symbols.wb_tasks_stamps_ns(this.pointer);
    return stampsNs > 0 ? stampsNs : null;
  }

  /**
   * What was used from `begin` to `end`.
   *
   * @param workers the kernel's ids of the threads that ran tasks for the loop
   */
  cost(workers: readonly number[]): WorkloadCost {
    const { wb_tasks_counters } = this.#native.symbols;
    const { cpuWorkerNs, ...cost } = readUsage(workers, (ids, count, out) =>
      wb_tasks_counters(this.pointer, ids, count, out),
    );
    // Without such a thread there is nothing to tell, rather than none used.
    return { ...cost, cpuWorkerNs: workers.length > 0 ? cpuWorkerNs : null };
  }

  /** Tasks live on that may stamp at any time: the record must outlive them, and stays until the process ends. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  [Symbol.dispose](): void {
    if (!this.#isAbandoned) this.#native.symbols.wb_tasks_close(this.pointer);
  }
}
