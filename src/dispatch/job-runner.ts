import { JobContext } from "./job-context.ts";
import { recordThrown } from "./thrown.ts";
import { transferOf } from "./transfer.ts";
import { type Outcome, outcomes, slotStates } from "./worker-protocol.ts";

/** Sends what became of a call. @throws DOMException "DataCloneError" */
export type SendAnswer = (
  slot: number,
  outcome: Outcome,
  content: unknown,
  transfer?: Bun.Transferable[],
) => void;

type Job = (this: JobContext, ...args: unknown[]) => unknown;

/** Runs jobs in the Worker as they are called, and sees to it that each call is answered once. */
export class JobRunner {
  /** Asynchronous jobs under way. */
  pending = 0;
  readonly #served: Readonly<Record<string, unknown>>;
  readonly #slotStates: Int32Array;
  readonly #send: SendAnswer;
  /** By the number that the loop gave them; those that are not served are undefined. */
  readonly #jobs: (Job | undefined)[] = [];
  readonly #names: string[] = [];
  readonly #running: (JobContext | undefined)[] = [];

  constructor(served: object, states: Int32Array, send: SendAnswer) {
    this.#served = served as Readonly<Record<string, unknown>>;
    this.#slotStates = states;
    this.#send = send;
  }

  define(name: string): void {
    const job = Object.hasOwn(this.#served, name) ? this.#served[name] : undefined;
    this.#names.push(name);
    this.#jobs.push(typeof job === "function" ? (job as Job) : undefined);
  }

  /** @param first where in `values` the arguments begin */
  run(slot: number, number: number, values: readonly unknown[], first: number): void {
    if (Atomics.load(this.#slotStates, slot) === slotStates.abandoned) {
      this.#send(slot, outcomes.dropped, undefined);
      return;
    }
    const job = this.#jobs[number];
    if (job === undefined) {
      const served = Object.keys(this.#served);
      this.#send(slot, outcomes.unknown, [this.#names[number], ...served]);
      return;
    }
    const context = new JobContext(this.#slotStates, slot);
    let returned: unknown;
    let promise: Promise<unknown> | undefined;
    try {
      returned =
        values.length === first + 1
          ? job.call(context, values[first])
          : job.apply(context, values.slice(first));
      // A thenable of the user's own might call back twice, or throw: a promise does not.
      if (isThenable(returned)) promise = Promise.resolve(returned);
    } catch (thrown) {
      this.#fail(context, slot, thrown);
      return;
    }
    if (promise === undefined) this.#answer(context, slot, returned);
    else this.#await(context, slot, promise);
  }

  /** The asynchronous job of this slot is no longer awaited. */
  takeBack(slot: number): void {
    this.#running[slot]?.abort();
  }

  #await(context: JobContext, slot: number, promise: Promise<unknown>): void {
    this.#running[slot] = context;
    this.pending++;
    const { sent, underWay, abandoned } = slotStates;
    const state = Atomics.compareExchange(this.#slotStates, slot, sent, underWay);
    // It was given up before it said that it wants to be told.
    if (state === abandoned) context.abort();
    promise.then(
      (value) => {
        this.#leave(slot);
        this.#answer(context, slot, value);
      },
      (thrown) => {
        this.#leave(slot);
        this.#fail(context, slot, thrown);
      },
    );
  }

  #leave(slot: number): void {
    this.#running[slot] = undefined;
    this.pending--;
  }

  #answer(context: JobContext, slot: number, value: unknown): void {
    context.end();
    try {
      this.#send(slot, outcomes.answered, value, transferOf(value));
    } catch (thrown) {
      this.#send(slot, outcomes.threw, recordThrown(thrown));
    }
  }

  #fail(context: JobContext, slot: number, thrown: unknown): void {
    context.end();
    this.#send(slot, outcomes.threw, recordThrown(thrown));
  }
}

/** @throws what a getter or a proxy of the user's own throws */
function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
