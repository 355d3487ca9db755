import {
  DedicatedWorker,
  type DedicatedWorkerOptions,
  type WorkerChannel,
} from "../../src/dispatch.ts";
import type { jobs } from "./fixtures/jobs.ts";
import { newTallies, type Tally, tallies } from "./fixtures/tallies.ts";

export const channels: readonly WorkerChannel[] = ["post-message", "message-port", "atomics"];

/** A worker of fixtures/jobs.ts, and the counts that it shares. */
export async function openWorker(options: DedicatedWorkerOptions) {
  const worker = new DedicatedWorker<typeof jobs>(fixture("jobs"), options);
  const shared = newTallies();
  await worker.call("share", [shared], { timeoutMs: 60_000 });
  return {
    worker,
    countOf: (tally: Tally) => Atomics.load(shared, tallies[tally]),
    /** Waits, without blocking the loop, until the worker has counted so far. */
    async reaches(tally: Tally, least: number) {
      while (Atomics.load(shared, tallies[tally]) < least) await turn();
    },
    /** Ends the worker, whatever it is doing. */
    [Symbol.asyncDispose]: () => worker.close({ pending: "reject" }),
  };
}

export function fixture(name: string): URL {
  return new URL(`./fixtures/${name}.ts`, import.meta.url);
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a promise is rejected with, as an error. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with ${Bun.inspect(error)}`);
  }
  throw new Error("it was not rejected");
}

/** The code of the WakerbenchError that a promise is rejected with, or its name. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await errorOf(promise);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
