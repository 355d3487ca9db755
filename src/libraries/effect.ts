import { loadPackage } from "../approaches/load-package.ts";
import { giveBackLease, takeLease } from "./leases.ts";
import type { CancelOrder, IoOrder, Library, Program, SpawnOrder } from "./library.ts";

/** Fibers. */
export const effect: Library = {
  id: "effect",
  title: "Effect",
  summary: "fibers of Effect 4, which are interrupted and release what they hold",
  advice: {
    when: "errors and what a program needs shall stand in its types, and fibers be interrupted safely",
    against:
      "a task costs several times a promise, the library takes long to load, and all code is written its way",
    code: `\
import { Effect } from "effect";

const task = (number: number) =>
  Effect.gen(function* () {
    yield* Effect.sleep("5 millis");
    return number;
  }).pipe(Effect.ensuring(Effect.sync(() => {}))); // runs when it has ended in whichever way

// The first that fails interrupts the others; so does the signal. All are awaited.
const all = Effect.forEach([1, 2, 3], task, { concurrency: "unbounded" });
const controller = new AbortController();
console.log(await Effect.runPromise(all, { signal: controller.signal }));`,
  },
  open: openEffect,
};

type EffectModule = typeof import("effect");

async function openEffect(): Promise<Program> {
  // Only here: it takes long to load, and what lists the libraries does without.
  const module = await loadPackage("effect", () => import("effect"));
  return {
    spawn: spawnBy(module),
    io: ioBy(module),
    cancel: cancelBy(module),
    threadIds: () => [],
    close: async () => {},
  };
}

const atOnce = { concurrency: "unbounded", discard: true } as const;

function slotsOf(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function spawnBy({ Effect }: EffectModule): Program["spawn"] {
  return (order: SpawnOrder, { began, ended }) => {
    const { tasks, first, sleepMs, concurrency } = order;
    const pause = sleepMs === null ? Effect.yieldNow : Effect.sleep(sleepMs);
    const task = Effect.fnUntraced(function* (slot: number) {
      began(slot);
      yield* pause;
      ended(slot);
    });
    const waves = Effect.gen(function* () {
      for (let done = 0; done < tasks; done += concurrency) {
        const wave = slotsOf(first + done, Math.min(concurrency, tasks - done));
        yield* Effect.forEach(wave, task, atOnce);
      }
    });
    return Effect.runPromise(waves);
  };
}

function ioBy({ Effect }: EffectModule): Program["io"] {
  return (order: IoOrder, { began, ended }) => {
    const { workers, operations, sleepsMs, burns, burn } = order;
    const operation = Effect.fnUntraced(function* (slot: number) {
      began(slot);
      yield* Effect.sleep(sleepsMs[slot] ?? 0);
      if (burns?.[slot] === 1 && burn !== null) {
        if (burn.where === "loop") burn.run();
        else yield* Effect.promise(() => burn.run());
      }
      ended(slot);
    });
    const worker = (number: number) =>
      Effect.forEach(slotsOf(number * operations, operations), operation, { discard: true });
    return Effect.runPromise(Effect.forEach(slotsOf(0, workers), worker, atOnce));
  };
}

function cancelBy({ Effect, Fiber }: EffectModule): Program["cancel"] {
  return async (order: CancelOrder, { began, ended }) => {
    const { tasks, afterMs, leases, onCancel } = order;
    let escaped = 0;
    const task = (slot: number) => {
      began(slot);
      return Effect.acquireUseRelease(
        Effect.sync(() => takeLease(leases, slot)),
        () =>
          Effect.andThen(
            Effect.sleep("1 hour"),
            Effect.sync(() => void escaped++),
          ),
        () =>
          Effect.sync(() => {
            giveBackLease(leases, slot);
            ended(slot);
          }),
      );
    };
    const program = Effect.gen(function* () {
      const fibers = yield* Effect.forEach(slotsOf(0, tasks), (slot) =>
        Effect.forkChild(task(slot)),
      );
      yield* Effect.sleep(afterMs);
      onCancel();
      yield* Fiber.interruptAll(fibers);
    });
    await Effect.runPromise(program);
    return escaped;
  };
}
