import type { Pointer } from "bun:ffi";
import type { OpenDispatcher } from "../dispatchers/dispatcher.ts";
import { messageOf } from "../errors.ts";
import type { Native } from "../native/library.ts";
import type { DispatchJob } from "./dispatch-job.ts";
import type { CallEnding } from "./dispatch-measurement.ts";

/** Calls that are made in one go. */
export type CallOrder = {
  readonly calls: number;
  /** The first call's number; each further one has the next. */
  readonly firstNumber: number;
  readonly inFlight: number;
  /** One in so many is stamped. */
  readonly sampledEvery: number;
};

/** What calls came to, as far as they have been made. */
export type Tally = Record<CallEnding, number> & {
  sent: number;
  settled: number;
  mistaken: number;
  /** Why no more calls are made, or null. */
  fault: string | null;
};

export function newTally(): Tally {
  return {
    sent: 0,
    settled: 0,
    answered: 0,
    threw: 0,
    cancelled: 0,
    timedOut: 0,
    mistaken: 0,
    fault: null,
  };
}

/** What is asked of calls beyond an answer, and what becomes of each. */
export type Asked = { readonly demands: Demands; readonly fates: Uint8Array };

type Demands = Pick<DispatchJob, "timeoutEachNs" | "signals" | "cancelRate" | "throwRate" | "seed">;

/** What becomes of a call, drawn before any is made: bits. */
const fate = { throws: 1, cancelledAtOnce: 2, cancelledLater: 4 } as const;
/** A power of two; calls beyond it begin at the first fate again. */
const mostFates = 2 ** 14;
/** Of the sampled calls one in so many is followed by a probe of what stamps cost. */
const probeEvery = 64;

/** Makes calls in lanes, as many as shall be in flight, and keeps count of how they end. */
export class Caller {
  readonly #open: OpenDispatcher;
  readonly #asked: Asked | null;
  readonly #sent: (slot: number) => void;
  readonly #answered: (slot: number) => void;

  /**
   * @param record of zig/calls.zig: where stamps go
   * @param asked null: plain calls, that get nothing but their number
   */
  constructor(native: Native, record: Pointer, open: OpenDispatcher, asked: Asked | null) {
    const { wb_calls_sent, wb_calls_answered, wb_calls_probe } = native.symbols;
    this.#open = open;
    this.#asked = asked !== null && isDemanding(asked.demands) ? asked : null;
    this.#sent = (slot) => wb_calls_sent(record, slot);
    this.#answered = (slot) => {
      wb_calls_answered(record, slot);
      if (slot % probeEvery !== 0) return;
      wb_calls_probe(record);
      wb_calls_probe(record);
    };
  }

  /** Resolves when all calls have ended, or one of them as it must not. `tally` is kept meanwhile. */
  async make(order: CallOrder, tally: Tally): Promise<void> {
    const lane = this.#asked === null ? this.#plainLane : this.#demandingLane;
    const sampling: Sampling = { next: 0, slot: 0, every: order.sampledEvery };
    const lanes = Array.from({ length: order.inFlight }, () =>
      lane.call(this, order, tally, sampling),
    );
    await Promise.all(lanes);
  }

  /** What a user would write: a loop around an await. */
  async #plainLane(order: CallOrder, tally: Tally, sampling: Sampling): Promise<void> {
    const { calls, firstNumber } = order;
    const open = this.#open;
    while (tally.sent < calls && tally.fault === null) {
      const index = tally.sent++;
      const slot = index === sampling.next ? takeSlot(sampling) : -1;
      try {
        if (slot >= 0) this.#sent(slot);
        const answer = await open.call(firstNumber + index);
        if (slot >= 0) this.#answered(slot);
        if (answer === firstNumber + index) tally.answered++;
        else tally.mistaken++;
      } catch (error) {
        blame(tally, firstNumber + index, error);
      }
      tally.settled++;
    }
  }

  /** The same with signals, timeouts and jobs that throw. */
  async #demandingLane(order: CallOrder, tally: Tally, sampling: Sampling): Promise<void> {
    const { calls, firstNumber } = order;
    const { demands, fates } = this.#asked as Asked;
    const { timeoutEachNs, signals } = demands;
    const timeoutMs = timeoutEachNs === null ? undefined : timeoutEachNs / 1e6;
    const open = this.#open;
    while (tally.sent < calls && tally.fault === null) {
      const index = tally.sent++;
      const number = firstNumber + index;
      const own = fates[index % fates.length] ?? 0;
      const slot = index === sampling.next ? takeSlot(sampling) : -1;
      const controller = signals ? new AbortController() : undefined;
      const throws = (own & fate.throws) !== 0;
      try {
        if (slot >= 0) this.#sent(slot);
        const options = { signal: controller?.signal, timeoutMs };
        const calling = throws ? open.fail(number, options) : open.call(number, options);
        if ((own & fate.cancelledAtOnce) !== 0) controller?.abort();
        if ((own & fate.cancelledLater) !== 0) setImmediate(abort, controller);
        const answer = await calling;
        if (slot >= 0) this.#answered(slot);
        if (answer === number && !throws) tally.answered++;
        else tally.mistaken++;
      } catch (error) {
        if (slot >= 0) this.#answered(slot);
        const ending = endingOf(error, number, throws, timeoutMs, controller);
        if (ending === null) blame(tally, number, error);
        else tally[ending]++;
      }
      tally.settled++;
    }
  }
}

type Sampling = { next: number; slot: number; readonly every: number };

function takeSlot(sampling: Sampling): number {
  sampling.next += sampling.every;
  return sampling.slot++;
}

function abort(controller: AbortController | undefined): void {
  controller?.abort();
}

/** An error that nobody asked for: no more calls are made. */
function blame(tally: Tally, number: number, error: unknown): void {
  tally.mistaken++;
  tally.fault ??= `call ${number} was rejected: ${messageOf(error)}`;
}

/** How a call ended that was rejected so, or null when it had no reason to be. */
function endingOf(
  error: unknown,
  number: number,
  throws: boolean,
  timeoutMs: number | undefined,
  controller: AbortController | undefined,
): CallEnding | null {
  if (controller?.signal.aborted === true && error === controller.signal.reason) return "cancelled";
  if (!(error instanceof Error)) return null;
  if (timeoutMs !== undefined && error.name === "TimeoutError") return "timedOut";
  return throws && namesNumber(error.message, number) ? "threw" : null;
}

/** Whether the number stands in the text by itself, not in a longer one. */
function namesNumber(text: string, number: number): boolean {
  return text.match(/\d+/g)?.some((digits) => Number(digits) === number) ?? false;
}

function isDemanding({ timeoutEachNs, signals, cancelRate, throwRate }: Demands): boolean {
  return timeoutEachNs !== null || signals || cancelRate > 0 || throwRate > 0;
}

/**
 * What becomes of the calls, drawn by their seed: of those that are cancelled half are so right after they
 * were sent, half when the loop has turned.
 */
export async function drawFates(demands: Demands): Promise<Uint8Array> {
  const { cancelRate, throwRate, seed } = demands;
  if (cancelRate === 0 && throwRate === 0) return new Uint8Array(1);
  // Only here: what lists the scenarios needs no statistics.
  const { splitMix64 } = await import("../stats/random.ts");
  const random = splitMix64(seed);
  return Uint8Array.from({ length: mostFates }, () => {
    const throws = random.nextFloat() < throwRate ? fate.throws : 0;
    const drawn = random.nextFloat();
    if (drawn >= cancelRate) return throws;
    return throws | (drawn < cancelRate / 2 ? fate.cancelledAtOnce : fate.cancelledLater);
  });
}
