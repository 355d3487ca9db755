import { setTimeout as sleepUntilAborted } from "node:timers/promises";
import { giveBackLease, takeLease } from "./leases.ts";
import type { CancelOrder, IoOrder, Library, SpawnOrder, TaskStamps } from "./library.ts";
import { isAbort, sleep, turn } from "./waits.ts";

/** Async functions and nothing else. */
export const promises: Library = {
  id: "promises",
  title: "Promises",
  summary: "async functions, Promise.all and an AbortSignal: no library",
  advice: {
    when: "tasks begin and end together, and none must be stopped half-way; or a dependency is too much",
    against:
      "a promise cannot be cancelled: each wait must heed the signal, of which thousands slow one another down",
    code: `\
import { setTimeout as sleep } from "node:timers/promises";

const controller = new AbortController();
const { signal } = controller;

async function task(number: number): Promise<number> {
  try {
    await sleep(5, undefined, { signal });
    return number;
  } finally {
    // Runs when it has ended in whichever way.
  }
}

// With the first that fails the others are told; they are awaited all the same.
const tasks = [1, 2, 3].map((number) => task(number));
await Promise.all(tasks).catch((error) => controller.abort(error));
await Promise.allSettled(tasks);`,
  },
  open: async () => ({ spawn, io, cancel, threadIds: () => [], close: async () => {} }),
};

async function spawn(order: SpawnOrder, { began, ended }: TaskStamps): Promise<void> {
  const { tasks, first, sleepMs, concurrency } = order;
  const task = async (slot: number) => {
    began(slot);
    await (sleepMs === null ? turn() : sleep(sleepMs));
    ended(slot);
  };
  for (let done = 0; done < tasks; done += concurrency) {
    const wave = Math.min(concurrency, tasks - done);
    await Promise.all(Array.from({ length: wave }, (_, index) => task(first + done + index)));
  }
}

async function io(order: IoOrder, { began, ended }: TaskStamps): Promise<void> {
  const { workers, operations, sleepsMs, burns, burn } = order;
  const operation = async (slot: number) => {
    began(slot);
    await sleep(sleepsMs[slot] ?? 0);
    if (burns?.[slot] === 1) await burn?.run();
    ended(slot);
  };
  const worker = async (number: number) => {
    const first = number * operations;
    for (let slot = first; slot < first + operations; slot++) await operation(slot);
  };
  await Promise.all(Array.from({ length: workers }, (_, number) => worker(number)));
}

/** As good as for ever. */
const hourMs = 3_600_000;

async function cancel(order: CancelOrder, { began, ended }: TaskStamps): Promise<number> {
  const { tasks, afterMs, leases, onCancel } = order;
  const controller = new AbortController();
  const { signal } = controller;
  const task = async (slot: number) => {
    began(slot);
    takeLease(leases, slot);
    try {
      await sleepUntilAborted(hourMs, undefined, { signal });
    } finally {
      giveBackLease(leases, slot);
      ended(slot);
    }
  };
  const all = Array.from({ length: tasks }, (_, slot) => task(slot));
  const ends = Promise.allSettled(all);
  await sleep(afterMs);
  onCancel();
  controller.abort();
  return (await ends).filter((end) => !isAbort(end)).length;
}
