import type * as zod from "zod";
import { quantities } from "./quantities.ts";

const limits = { tasks: 100_000, afterNs: 60e9, repetitions: 1_000 } as const;

/** Parameters of the scenario `cancel`; the flags of the command line are made from it. */
export function cancelParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
  return z.object({
    tasks: count(1, limits.tasks).prefault("5k").describe("tasks that would sleep for an hour"),
    after: duration(limits.afterNs)
      .prefault("50ms")
      .describe("from the creation of the last task until all are cancelled"),
    repetitions: count(1, limits.repetitions)
      .prefault("6")
      .describe("passes over all libraries, each in a process of its own"),
  });
}

export type CancelParameters = zod.infer<ReturnType<typeof cancelParameters>>;
