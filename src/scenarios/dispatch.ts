import type { Dispatcher } from "../dispatchers/dispatcher.ts";
import { dispatcherCatalogue } from "../dispatchers/find.ts";
import { WakerbenchError } from "../errors.ts";
import { summonHelperThreads } from "../native/placing.ts";
import { type Callee, openDispatcher } from "./dispatch-callee.ts";
import { newTally, type Tally } from "./dispatch-calls.ts";
import { openFloor } from "./dispatch-floor.ts";
import type { DispatchJob } from "./dispatch-job.ts";
import type { DispatchMeasurement } from "./dispatch-measurement.ts";
import { dispatchParameters } from "./dispatch-parameters.ts";
import { DispatchPlaces } from "./dispatch-places.ts";
import { DispatchSession } from "./dispatch-session.ts";
import type { Scenario, Visit } from "./scenario.ts";

/** Calls to a thread or a pool, and their answers. */
export const dispatch: Scenario<DispatchJob, Dispatcher> = {
  id: "dispatch",
  title: "Dispatch",
  summary: "what it takes to call a dedicated thread or a pool and to await its answer",
  parameters: dispatchParameters,
  catalogue: dispatcherCatalogue,
  defaultContenders: [
    "callback",
    "pipe",
    "socketpair",
    "napi",
    "ring",
    "ring:wait=adaptive",
    "post-message",
    "message-port",
    "atomics",
    "piscina",
    "async-work",
    "floor:via=futex",
    "floor:via=eventfd",
  ],
  visit: async (visit) => [await visitOnce(visit)],
};

async function visitOnce(visit: Visit<DispatchJob, Dispatcher>): Promise<DispatchMeasurement> {
  const { job, native, approach } = visit;
  if (
    approach.kind === "floor" &&
    job.parameters.via === "eventfd" &&
    process.platform !== "linux"
  ) {
    throw new WakerbenchError("UNSUPPORTED", "only Linux has eventfd", {
      remedy: "measure floor:via=futex",
    });
  }
  summonHelperThreads();
  const places = new DispatchPlaces(native, job);
  using session = new DispatchSession(native, job.calls);
  const beganNs = Bun.nanoseconds();
  const open = approach.kind === "floor" ? openFloor : openDispatcher;
  const callee = await open(visit, session);
  const part = new Part(job, callee, session, places);
  try {
    await part.greet(beganNs);
    await part.warmUp();
    await part.measure();
  } finally {
    await part.close();
  }
  return part.measurement();
}

/** Looks so often whether calls still end, and gives up after so many looks in which none did. */
const watch = { periodMs: 100, looks: 50 } as const;
/** A second answer may come a little later than the first. */
const calmMs = 5;
const closePatienceMs = 10_000;

/** A visit, step by step. A fault ends it early; what was counted until then is kept. */
class Part {
  readonly #job: DispatchJob;
  readonly #callee: Callee;
  readonly #session: DispatchSession;
  readonly #places: DispatchPlaces;
  #tally: Tally = newTally();
  #nextNumber = 0;
  #sampledEvery = 1;
  #startNs = 0;
  #stopNs = 0;
  #strays = 0;
  #workers: readonly number[] = [];

  constructor(job: DispatchJob, callee: Callee, session: DispatchSession, places: DispatchPlaces) {
    this.#job = job;
    this.#callee = callee;
    this.#session = session;
    this.#places = places;
  }

  /** The first answer; and only now is there a thread to be placed. */
  async greet(beganNs: number): Promise<void> {
    await this.#watched((tally) => this.#callee.greet(this.#nextNumber++, tally));
    this.#startNs = Bun.nanoseconds() - beganNs;
    this.#places.place(this.#callee.threadIds());
  }

  /** In two halves: the second shows how long a call takes, and with it how many are to be stamped. */
  async warmUp(): Promise<void> {
    const { warmupCalls, calls, inFlight } = this.#job;
    const half = Math.ceil(warmupCalls / 2);
    await this.#make(half, 1);
    const beganNs = Bun.nanoseconds();
    await this.#make(half, 65);
    const perCallNs = (Bun.nanoseconds() - beganNs) / half;
    this.#sampledEvery = this.#session.sampledEvery(calls, inFlight, perCallNs);
    // What the warm-up left behind is not collected at the expense of the calls.
    Bun.gc(true);
    // A pool may have made threads only now, and so may the collector.
    this.#places.place(this.#callee.threadIds());
  }

  async measure(): Promise<void> {
    if (this.#tally.fault !== null) return;
    const straysBefore = this.#callee.strayAnswers();
    this.#session.begin();
    await this.#make(this.#job.calls, this.#sampledEvery);
    this.#session.end();
    await Bun.sleep(calmMs);
    this.#strays = this.#callee.strayAnswers() - straysBefore;
    this.#workers = this.#callee.threadIds();
    if (this.#tally.fault === null) await this.#places.verify(() => this.#callee.threadIds());
  }

  async close(): Promise<void> {
    const beganNs = Bun.nanoseconds();
    const closing = this.#callee.close().catch((error) => {
      this.#tally.fault ??= `it could not be closed: ${error}`;
    });
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#tally.fault ??= `it had not closed after ${closePatienceMs / 1e3} s`;
      late.resolve();
    }, closePatienceMs);
    await Promise.race([closing, late.promise]);
    clearTimeout(timer);
    this.#stopNs = Bun.nanoseconds() - beganNs;
  }

  async #make(calls: number, sampledEvery: number): Promise<void> {
    if (this.#tally.fault !== null) return;
    const inFlight = Math.min(this.#job.inFlight, calls);
    const order = { calls, firstNumber: this.#nextNumber, inFlight, sampledEvery };
    this.#nextNumber += calls;
    await this.#watched((tally) => this.#callee.make(order, tally));
  }

  /** Until all calls have ended; or none does any more, and those on their way are lost. */
  async #watched(make: (tally: Tally) => Promise<void>): Promise<void> {
    const tally = newTally();
    this.#tally = tally;
    const silence = Promise.withResolvers<void>();
    let settled = -1;
    let looks = 0;
    const { work, inFlight } = this.#job;
    const workMs = work.kind === "spin" ? (work.spinNs * inFlight) / 1e6 : 0;
    const mostLooks = watch.looks + Math.ceil((2 * workMs) / watch.periodMs);
    const timer = setInterval(() => {
      looks = tally.settled === settled ? looks + 1 : 0;
      settled = tally.settled;
      if (looks < mostLooks) return;
      tally.fault ??= `${tally.sent - tally.settled} calls were never answered`;
      silence.resolve();
    }, watch.periodMs);
    try {
      await Promise.race([make(tally), silence.promise]);
    } finally {
      clearInterval(timer);
    }
  }

  /** All that the calls came to; after a fault in the warm-up, those of the warm-up. */
  measurement(): DispatchMeasurement {
    const { sent, settled, mistaken, fault, ...endings } = this.#tally;
    return {
      scenario: "dispatch",
      parameters: this.#job.parameters,
      callNs: this.#session.callNs(),
      sampledEvery: this.#sampledEvery,
      endings,
      audit: { sent, settled, lost: sent - settled, duplicated: this.#strays, mistaken },
      cost: this.#session.cost(this.#workers),
      startNs: this.#startNs,
      stopNs: this.#stopNs,
      harnessNs: this.#session.stampsNs,
      fault,
    };
  }
}
