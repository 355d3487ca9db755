import { readWithBun } from "../../src/agent/reader.ts";
import type { Dispatcher } from "../../src/dispatchers/dispatcher.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { dispatch } from "../../src/scenarios/dispatch.ts";
import type { DispatchJob } from "../../src/scenarios/dispatch-job.ts";
import type { DispatchMeasurement } from "../../src/scenarios/dispatch-measurement.ts";

const libraryPath = findLibrary();
export const native = loadLibrary(libraryPath);

/** A thousand plain calls, one after another, on no core in particular. */
export function callsOf(job: Partial<DispatchJob> = {}): DispatchJob {
  return {
    scenario: "dispatch",
    approach: "post-message",
    parameters: {},
    libraryPath,
    parentPid: process.pid,
    placement: "any",
    cores: { loopCore: -1, wakerCore: -1 },
    work: { kind: "spin", spinNs: 0 },
    calls: 1_000,
    warmupCalls: 20,
    inFlight: 1,
    timeoutEachNs: null,
    signals: false,
    cancelRate: 0,
    throwRate: 0,
    seed: 1,
    ...job,
  };
}

/** One visit, as an agent makes it. */
export async function visitHere(
  dispatcher: Dispatcher,
  job: Partial<DispatchJob> = {},
): Promise<DispatchMeasurement> {
  const visit = { job: callsOf(job), approach: dispatcher, native, read: readWithBun };
  const [measurement] = await dispatch.visit(visit);
  if (measurement?.scenario !== "dispatch") throw new Error("no measurement");
  return measurement;
}

/** What is wrong with a dispatcher that is made for tests. Counts begin at the first call. */
type Faults = {
  /** Every so many-th call is never answered. */
  readonly loseEvery?: number;
  /** Every so many-th call is answered with the next call's number. */
  readonly mistakeEvery?: number;
  /** Every so many-th call is answered twice. */
  readonly repeatEvery?: number;
  /** From this call on each is rejected, as when a worker has died. */
  readonly diesAt?: number;
  /** Its `close` never comes to its end. */
  readonly neverCloses?: boolean;
};

/** No worker at all: answers come when the loop has turned, but for those that the faults spoil. */
export function faultyDispatcher(faults: Faults): Dispatcher {
  return {
    id: "faulty",
    title: "Faulty",
    summary: "answers by itself, with faults that are known",
    kind: "thread",
    platforms: ["linux", "darwin"],
    advice: { when: "never", against: "it is made for tests", code: "" },
    open: async () => openFaulty(faults),
  };
}

function openFaulty(faults: Faults): Awaited<ReturnType<Dispatcher["open"]>> {
  const waiting = new Map<number, (answer: number) => void>();
  let strays = 0;
  const answer = (number: number, value = number) => {
    const resolve = waiting.get(number);
    waiting.delete(number);
    if (resolve === undefined) strays++;
    else resolve(value);
  };
  const isEvery = (number: number, every = 0) => every > 0 && number > 0 && number % every === 0;
  return {
    call(number) {
      if (number >= (faults.diesAt ?? Number.POSITIVE_INFINITY)) {
        return Promise.reject(new Error("the worker has died"));
      }
      const promise = new Promise<number>((resolve) => waiting.set(number, resolve));
      setImmediate(() => {
        if (isEvery(number, faults.loseEvery)) return;
        answer(number, isEvery(number, faults.mistakeEvery) ? number + 1 : number);
        if (isEvery(number, faults.repeatEvery)) answer(number);
      });
      return promise;
    },
    fail: (number) => Promise.reject(new Error(`call ${number} failed on purpose`)),
    threadIds: () => [],
    strayAnswers: () => strays,
    close: () => (faults.neverCloses === true ? new Promise(() => {}) : Promise.resolve()),
  };
}
