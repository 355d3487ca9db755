import { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";
import {
  allowedCores,
  freeHelperThreads,
  misplacedThreads,
  type PlacedThread,
} from "../native/placing.ts";
import type { DispatchJob } from "./dispatch-job.ts";

/** How often masks are read that are wrong at first. No thread ever leaves its core by itself. */
const patience = { looks: 50, periodMs: 10 } as const;

/** Where the threads of a visit run: the loop's on its core, those that do the work on theirs. */
export class DispatchPlaces {
  readonly #native: Native;
  readonly #job: DispatchJob;
  /** Before the loop's thread was pinned. */
  readonly #cores: Uint32Array;
  readonly #loopThreadId: number;

  /** Made on the loop's thread, before anything is placed. */
  constructor(native: Native, job: DispatchJob) {
    this.#native = native;
    this.#job = job;
    this.#cores = allowedCores(native);
    this.#loopThreadId = native.symbols.wb_thread_id();
  }

  /**
   * Pins loop and workers, and gives all other threads all cores. To be called again when threads may have
   * come since.
   *
   * @throws WakerbenchError PLACEMENT_IMPOSSIBLE
   */
  place(workers: readonly number[]): void {
    const { loopCore, wakerCore } = this.#job.cores;
    if (loopCore < 0) return;
    const { wb_pin } = this.#native.symbols;
    const code = wb_pin(this.#loopThreadId, loopCore);
    if (code !== 0) {
      throw new WakerbenchError(
        "PLACEMENT_IMPOSSIBLE",
        `the loop thread cannot be pinned to core ${loopCore} (errno ${-code})`,
        { remedy: "use --placement any" },
      );
    }
    // One that cannot be pinned is found when the masks are read back.
    for (const threadId of workers) wb_pin(threadId, wakerCore);
    freeHelperThreads(this.#native, () => this.#placed(workers), this.#cores);
  }

  /**
   * Fails the visit when a thread is not where the placement wants it. A pool's thread that has just started, in
   * the place of one that was killed, is given the time to pin itself.
   *
   * @param workers the threads that do the work, as they are when it is called
   * @throws WakerbenchError PLACEMENT_MISMATCH
   */
  async verify(workers: () => readonly number[]): Promise<void> {
    let wrong = this.#misplaced(workers());
    for (let look = 1; wrong.length > 0 && look < patience.looks; look++) {
      await Bun.sleep(patience.periodMs);
      wrong = this.#misplaced(workers());
    }
    if (wrong.length === 0) return;
    throw new WakerbenchError(
      "PLACEMENT_MISMATCH",
      `placement ${this.#job.placement} did not hold: ${wrong.join("; ")}`,
      { remedy: "let no one else pin threads of this process, or use --placement any" },
    );
  }

  /** A thread that a pool has ended just now is nowhere, which is no wrong place. */
  #misplaced(workers: readonly number[]): string[] {
    const living = workers.filter((id) => this.#native.symbols.wb_core_count_of(id) > 0);
    return misplacedThreads(this.#native, this.#placed(living), this.#job.cores, this.#cores);
  }

  #placed(workers: readonly number[]): PlacedThread[] {
    return [
      { role: "loop", threadId: this.#loopThreadId },
      ...workers.map((threadId): PlacedThread => ({ role: "worker", threadId })),
    ];
  }
}
