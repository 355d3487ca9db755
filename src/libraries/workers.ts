import { availableParallelism } from "node:os";
import { entryUrl } from "../entry.ts";
import type {
  CancelOrder,
  IoOrder,
  Library,
  LibraryContext,
  Program,
  SpawnOrder,
  TaskStamps,
} from "./library.ts";
import { sleep } from "./waits.ts";
import type { WorkersAnswer, WorkersOrder } from "./workers-orders.ts";

/** Bun Workers that are there already, each with a loop of its own. */
export const workers: Library = {
  id: "workers",
  title: "Workers",
  summary: "tasks as messages to Bun Workers, as many as there are cores, in turn",
  caveat:
    "tasks run on other threads: spawn counts the way there and back, io and cancel are stamped in the Workers",
  advice: {
    when: "tasks compute: then they run beside one another, and the loop stays free",
    against:
      "a message each way costs several times a promise, nothing is shared, and cancelling is a message of yours",
    code: `\
// thread.ts, the Worker
import { setTimeout as sleep } from "node:timers/promises";

declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<{ id: number; input: number }>) => {
  await sleep(5);
  postMessage({ id: data.id, output: 2 * data.input });
};

// main.ts
const threads = Array.from({ length: navigator.hardwareConcurrency }, () => {
  const thread = new Worker(new URL("./thread.ts", import.meta.url).href);
  thread.onmessage = ({ data }: MessageEvent<{ id: number; output: number }>) => {
    waiting.get(data.id)?.(data.output);
    waiting.delete(data.id);
  };
  return thread;
});
const waiting = new Map<number, (output: number) => void>();
let last = 0;

function run(input: number): Promise<number> {
  const id = ++last;
  threads[id % threads.length]?.postMessage({ id, input });
  return new Promise((resolve) => waiting.set(id, resolve));
}

console.log(await Promise.all([1, 2, 3].map(run)));
for (const thread of threads) thread.terminate();`,
  },
  open: (context) => openWorkers(context),
};

/** One Worker, and who waits for its answers. */
type Thread = {
  readonly worker: Worker;
  readonly threadId: number;
  send(order: WorkersOrder): void;
  /** Resolves with the number of tasks that were not aborted. */
  cancel(): Promise<number>;
};

/** All of them, each of which gets the next order in its turn. */
type Team = {
  readonly threads: readonly Thread[];
  send(order: WorkersOrder): void;
  /** Resolves when the task of this slot has ended. */
  run(slot: number, order: WorkersOrder): Promise<void>;
};

async function openWorkers({ libraryPath, logPointer }: LibraryContext): Promise<Program> {
  /** Who waits for the task of a slot. */
  const waiting = new Map<number, () => void>();
  const onEnded = (slot: number) => {
    waiting.get(slot)?.();
    waiting.delete(slot);
  };
  const died = Promise.withResolvers<never>();
  // Whether anybody waits for it by then or not.
  died.promise.catch(() => {});
  const open = { kind: "open", libraryPath, log: logPointer } as const;
  const opening = Array.from({ length: availableParallelism() }, () =>
    openThread(open, onEnded, died.reject),
  );
  const threads = await Promise.all(opening);
  let turns = 0;
  const send = (order: WorkersOrder) => threads[turns++ % threads.length]?.send(order);
  const run = (slot: number, order: WorkersOrder) => {
    send(order);
    return new Promise<void>((resolve) => void waiting.set(slot, resolve));
  };
  const team: Team = { threads, send, run };
  /** What a Worker does not catch ends the program: nobody would answer for it. */
  const orDeath = <T>(made: Promise<T>) => Promise.race([made, died.promise]);
  return {
    spawn: (order, stamps) => orDeath(spawn(team, order, stamps)),
    io: (order) => orDeath(io(team, order)),
    cancel: (order, stamps) => orDeath(cancel(team, order, stamps)),
    threadIds: () => threads.map(({ threadId }) => threadId),
    async close() {
      for (const { worker } of threads) worker.terminate();
    },
  };
}

async function spawn(team: Team, order: SpawnOrder, { began, ended }: TaskStamps): Promise<void> {
  const { tasks, first, sleepMs, concurrency } = order;
  const task = async (slot: number) => {
    began(slot);
    await team.run(slot, { kind: "sleep", slot, sleepMs });
    ended(slot);
  };
  for (let done = 0; done < tasks; done += concurrency) {
    const wave = Math.min(concurrency, tasks - done);
    await Promise.all(Array.from({ length: wave }, (_, index) => task(first + done + index)));
  }
}

/** The operations stamp themselves, where they run. */
async function io(team: Team, order: IoOrder): Promise<void> {
  const { operations, sleepsMs, burns, burn } = order;
  const all = Array.from({ length: order.workers }, (_, number) => {
    const first = number * operations;
    return team.run(first, {
      kind: "operations",
      first,
      sleepsMs: sleepsMs.slice(first, first + operations),
      burns: burns?.slice(first, first + operations) ?? null,
      burner: burn?.burner ?? null,
    });
  });
  await Promise.all(all);
}

async function cancel(team: Team, order: CancelOrder, { began }: TaskStamps): Promise<number> {
  const { tasks, afterMs, leases, onCancel } = order;
  for (let slot = 0; slot < tasks; slot++) {
    began(slot);
    team.send({ kind: "wait", slot, leases });
  }
  await sleep(afterMs);
  onCancel();
  const escaped = await Promise.all(team.threads.map((thread) => thread.cancel()));
  return escaped.reduce((sum, some) => sum + some, 0);
}

/** @throws when the Worker cannot be started */
async function openThread(
  open: Extract<WorkersOrder, { kind: "open" }>,
  onEnded: (slot: number) => void,
  onDeath: (error: Error) => void,
): Promise<Thread> {
  const worker = new Worker(entryUrl("libraries/workers-thread").href);
  const started = Promise.withResolvers<number>();
  let cancelled = Promise.withResolvers<number>();
  worker.onmessage = ({ data }: MessageEvent<WorkersAnswer>) => {
    if (data.kind === "ended") onEnded(data.slot);
    else if (data.kind === "open") started.resolve(data.threadId);
    else cancelled.resolve(data.escaped);
  };
  worker.onerror = ({ message }) => {
    const error = new Error(`a Worker died: ${message}`);
    started.reject(error);
    onDeath(error);
  };
  const send = (order: WorkersOrder) => worker.postMessage(order);
  send(open);
  return {
    worker,
    threadId: await started.promise,
    send,
    cancel() {
      cancelled = Promise.withResolvers<number>();
      send({ kind: "cancel" });
      return cancelled.promise;
    },
  };
}
