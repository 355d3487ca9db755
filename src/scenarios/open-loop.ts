import type { Pointer } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";
import type { OpenWaker } from "../wakers/waker.ts";
import { keepBusy } from "./loop-state.ts";
import type { WakeJob } from "./wake-job.ts";
import { Next, type WakeSession } from "./wake-session.ts";

const probeEvery = 50;
const watchPeriodMs = 50;

/**
 * Warm-up, then the measured wakes, on a schedule: a native thread notifies when a wake is due, heard
 * or not (zig/open_loop.zig). Resolves with the fault that ended it early, if any.
 *
 * @throws WakerbenchError UNSUPPORTED when the waker is asked for each wake by the loop
 */
export async function runSchedule(
  native: Native,
  open: OpenWaker,
  job: WakeJob,
  session: WakeSession,
): Promise<string | null> {
  if (open.ask !== undefined) {
    throw new WakerbenchError("UNSUPPORTED", "the loop asks it for each wake: it has no schedule", {
      remedy: "measure it without --rate",
    });
  }
  using schedule = new Schedule(native, session.pointer);
  const busy = job.loop === "busy" ? keepBusy(native) : undefined;
  const failed = hearAll(native, session.pointer, open, schedule);
  try {
    const warmedUp = await Promise.race([schedule.run(job.warmupWakes), failed]);
    if (warmedUp !== Next.finished) return faultOf(warmedUp, job);
    session.begin();
    return faultOf(await Promise.race([schedule.run(job.wakes), failed]), job);
  } finally {
    busy?.stop();
  }
}

/** The parts of a visit on a schedule, and the watchdog that finds the end of one that loses. */
class Schedule implements Disposable {
  readonly #native: Native;
  readonly #session: Pointer;
  readonly #timer: Timer;
  #part = Promise.withResolvers<number>();
  /** The session must not be touched any more. */
  isOver = false;

  constructor(native: Native, session: Pointer) {
    this.#native = native;
    this.#session = session;
    this.#timer = setInterval(() => {
      const next = native.symbols.wb_open_loop_watch(session);
      if (next !== Next.goOn) this.settle(next);
    }, watchPeriodMs);
  }

  /** Starts so many wakes. Resolves with `Next.finished`, or with what ended them early. */
  run(wakes: number): Promise<number> {
    this.#part = Promise.withResolvers();
    const next = this.#native.symbols.wb_open_loop_start(this.#session, wakes);
    if (next !== Next.goOn) this.settle(next);
    return this.#part.promise;
  }

  settle(next: number): void {
    this.#part.resolve(next);
  }

  [Symbol.dispose](): void {
    this.isOver = true;
    clearInterval(this.#timer);
  }
}

/**
 * The measured loop: the stamp is the first thing done when it goes on. Settles only by a failure of
 * the waker.
 */
async function hearAll(
  native: Native,
  session: Pointer,
  open: OpenWaker,
  schedule: Schedule,
): Promise<never> {
  const { wb_open_loop_hear, wb_probe } = native.symbols;
  for (let index = 0; ; index++) {
    const message = await open.wait();
    if (schedule.isOver) return new Promise(() => {});
    const next = wb_open_loop_hear(session, typeof message === "number" ? message : -1);
    if (next === Next.finished) schedule.settle(next);
    if (index % probeEvery !== 0) continue;
    wb_probe(session);
    wb_probe(session);
  }
}

/** Why a schedule did not come to its end, in words; null when it did. */
export function faultOf(next: number, { ratePerSecond }: WakeJob): string | null {
  if (next === Next.finished) return null;
  if (next === Next.unheard) return "not one wake was heard: it does not wake";
  if (next === Next.silent) return "the waker thread did not notify within 2 s";
  return `it cannot keep up with ${ratePerSecond} wakes a second: after three times the schedule's length some were still under way`;
}
