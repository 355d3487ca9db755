import type { Dispatcher } from "../dispatchers/dispatcher.ts";
import { Caller, type CallOrder, drawFates, type Tally } from "./dispatch-calls.ts";
import type { DispatchJob } from "./dispatch-job.ts";
import type { DispatchSession } from "./dispatch-session.ts";
import type { Visit } from "./scenario.ts";

/** Whoever is called in a visit: an open dispatcher, or the floor. */
export type Callee = {
  /** Makes calls, which are counted in `tally` as they end. */
  make(order: CallOrder, tally: Tally): Promise<void>;
  /** Makes one call that nothing is asked of but its answer. */
  greet(number: number, tally: Tally): Promise<void>;
  /** The kernel's ids of the threads that do the work. */
  threadIds(): readonly number[];
  /** Answers that nobody waited for. */
  strayAnswers(): number;
  close(): Promise<void>;
};

/** Places of calls that were cancelled or ran out may be taken until the worker has seen that. */
const roomForCancelled = 8_192;

/** Calls that may wait at once. */
function capacityOf({ inFlight, signals, timeoutEachNs }: DispatchJob): number {
  const least = signals || timeoutEachNs !== null ? Math.max(inFlight, roomForCancelled) : inFlight;
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)));
}

/** What a dispatcher or the floor is opened with. */
export function contextOf({ job, native, read }: Visit<DispatchJob, Dispatcher>) {
  const { loopCore, wakerCore } = job.cores;
  return {
    parameters: job.parameters,
    work: job.work,
    capacity: capacityOf(job),
    sharesCore: loopCore >= 0 && loopCore === wakerCore,
    workerCore: wakerCore,
    native,
    libraryPath: job.libraryPath,
    read,
  };
}

export async function openDispatcher(
  visit: Visit<DispatchJob, Dispatcher>,
  session: DispatchSession,
): Promise<Callee> {
  const { job, native, approach } = visit;
  const open = await approach.open(contextOf(visit));
  const asked = { demands: job, fates: await drawFates(job) };
  const caller = new Caller(native, session.pointer, open, asked);
  const plain = new Caller(native, session.pointer, open, null);
  return {
    make: (order, tally) => caller.make(order, tally),
    greet: (number, tally) =>
      plain.make({ calls: 1, firstNumber: number, inFlight: 1, sampledEvery: 1 }, tally),
    threadIds: () => open.threadIds(),
    strayAnswers: () => open.strayAnswers?.() ?? 0,
    close: () => open.close(),
  };
}
