import { entryUrl } from "../entry.ts";
import type { Reply } from "./ask.ts";
import type { FetchOrder } from "./fetcher.ts";

/** What a thread of the pool is sent. */
export type Question = { readonly id: number; readonly url: string; readonly timeoutMs: number };
/** What it sends back. */
type Answer = { readonly id: number; readonly reply: Reply };

type Thread = {
  readonly worker: Worker;
  readonly waiting: Map<number, (reply: Reply) => void>;
  readonly closed: Promise<void>;
};

/**
 * A pool of Workers that make requests. Each takes several at once, for a Worker has a loop and need not wait
 * as a thread of Python must: all together have as many on their way as whoever sends them.
 */
export class FetchPool implements AsyncDisposable {
  readonly #threads: readonly Thread[];
  readonly #question: Omit<Question, "id">;
  #lastId = 0;

  constructor({ url, threads, chunk, timeoutNs }: FetchOrder) {
    this.#question = { url, timeoutMs: timeoutNs / 1e6 };
    this.#threads = Array.from({ length: Math.min(threads, chunk) }, startThread);
  }

  /** Gives one request to the thread that has the fewest. */
  readonly send = (): Promise<Reply> => {
    const { worker, waiting } = this.#threads.reduce((least, thread) =>
      thread.waiting.size < least.waiting.size ? thread : least,
    );
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ ...this.#question, id } satisfies Question);
    });
  };

  /** Ends all threads, and waits until they have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { worker } of this.#threads) worker.terminate();
    await Promise.all(this.#threads.map(({ closed }) => closed));
  }
}

function startThread(): Thread {
  const worker = new Worker(entryUrl("fetchers/pool-thread").href);
  const waiting: Thread["waiting"] = new Map();
  const closed = Promise.withResolvers<void>();
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const { id, reply } = data;
    waiting.get(id)?.(reply);
    waiting.delete(id);
  });
  let death = "a Worker ended";
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    death = `a Worker died: ${event.message}`;
  });
  worker.addEventListener("close", () => {
    for (const resolve of waiting.values()) resolve({ code: "WORKER_DIED", message: death });
    waiting.clear();
    closed.resolve();
  });
  return { worker, waiting, closed: closed.promise };
}
