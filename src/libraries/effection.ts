import type { Operation } from "effection";
import { loadPackage } from "../approaches/load-package.ts";
import { giveBackLease, takeLease } from "./leases.ts";
import type { CancelOrder, IoOrder, Library, Program, SpawnOrder } from "./library.ts";

/** Structured concurrency over generators. */
export const effection: Library = {
  id: "effection",
  title: "Effection",
  summary: "operations of Effection 4, none of which outlives the one that began it",
  advice: {
    when: "nothing may outlive what began it, and code shall look like async functions all the same",
    against:
      "a task costs about a hundred times a promise, and to halt thousands at once takes longest of all",
    code: `\
import { all, run, sleep } from "effection";

function* task(number: number) {
  try {
    yield* sleep(5);
    return number;
  } finally {
    // Runs when it has ended in whichever way.
  }
}

// The first that fails halts the others; so does halting the one that began them. All are awaited.
const main = run(() => all([1, 2, 3].map((number) => task(number))));
console.log(await main);
await main.halt(); // what would have stopped them before`,
  },
  open: openEffection,
};

type EffectionModule = typeof import("effection");

async function openEffection(): Promise<Program> {
  const module = await loadPackage("effection", () => import("effection"));
  return {
    spawn: spawnBy(module),
    io: ioBy(module),
    cancel: cancelBy(module),
    threadIds: () => [],
    close: async () => {},
  };
}

function spawnBy({ action, run, sleep, spawn: begin }: EffectionModule): Program["spawn"] {
  /** It has no yield of its own: a turn of the loop, as the others take. */
  const turn = () =>
    action<void>((resolve) => {
      const immediate = setImmediate(resolve);
      return () => clearImmediate(immediate);
    });

  return async (order: SpawnOrder, { began, ended }) => {
    const { tasks, first, sleepMs, concurrency } = order;
    function* task(slot: number): Operation<void> {
      yield* sleepMs === null ? turn() : sleep(sleepMs);
      ended(slot);
    }
    function* wave(from: number, count: number): Operation<void> {
      const children = [];
      for (let slot = from; slot < from + count; slot++) {
        began(slot);
        children.push(yield* begin(() => task(slot)));
      }
      for (const child of children) yield* child;
    }
    await run(function* () {
      for (let done = 0; done < tasks; done += concurrency) {
        yield* wave(first + done, Math.min(concurrency, tasks - done));
      }
    });
  };
}

function ioBy({ run, sleep, spawn: begin, until }: EffectionModule): Program["io"] {
  return async (order: IoOrder, { began, ended }) => {
    const { workers, operations, sleepsMs, burns, burn } = order;
    function* operation(slot: number): Operation<void> {
      began(slot);
      yield* sleep(sleepsMs[slot] ?? 0);
      if (burns?.[slot] === 1 && burn !== null) {
        if (burn.where === "loop") burn.run();
        else yield* until(burn.run());
      }
      ended(slot);
    }
    function* worker(number: number): Operation<void> {
      const first = number * operations;
      for (let slot = first; slot < first + operations; slot++) yield* operation(slot);
    }
    await run(function* () {
      const children = [];
      for (let number = 0; number < workers; number++) {
        children.push(yield* begin(() => worker(number)));
      }
      for (const child of children) yield* child;
    });
  };
}

function cancelBy({ run, scoped, sleep, spawn: begin }: EffectionModule): Program["cancel"] {
  return async (order: CancelOrder, { began, ended }) => {
    const { tasks, afterMs, leases, onCancel } = order;
    let escaped = 0;
    function* task(slot: number): Operation<void> {
      began(slot);
      takeLease(leases, slot);
      try {
        yield* sleep(3_600_000);
        escaped++;
      } finally {
        giveBackLease(leases, slot);
        ended(slot);
      }
    }
    // The end of a scope halts what lives in it, and waits for that.
    await run(() =>
      scoped(function* () {
        for (let slot = 0; slot < tasks; slot++) yield* begin(() => task(slot));
        yield* sleep(afterMs);
        onCancel();
      }),
    );
    return escaped;
  };
}
