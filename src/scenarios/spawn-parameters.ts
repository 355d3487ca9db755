import type * as zod from "zod";
import { quantities } from "./quantities.ts";

const limits = { tasks: 1_000_000, sleepNs: 10e9, repetitions: 1_000 } as const;

/** Parameters of the scenario `spawn`; the flags of the command line are made from it. */
export function spawnParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
  return z.object({
    tasks: count(1, limits.tasks).prefault("10k").describe("tasks of each repetition"),
    sleep: duration(limits.sleepNs)
      .prefault("500us")
      .describe("what each task sleeps; in the case yield it gives way once instead"),
    concurrency: count(1, limits.tasks)
      .prefault("500")
      .describe("tasks of a wave: the next wave begins when all of the last have ended"),
    repetitions: count(1, limits.repetitions)
      .prefault("6")
      .describe("passes over all libraries, each in a process of its own"),
  });
}

export type SpawnParameters = zod.infer<ReturnType<typeof spawnParameters>>;
