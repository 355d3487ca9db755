import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const ioLimits = {
  /** Of all workers together: each has a slot in native memory. */
  slots: 1_000_000,
  workers: 100_000,
  operations: 1_000_000,
  meanNs: { least: 1e3, most: 10e9 },
  repetitions: 1_000,
} as const;

/** Parameters of the scenario `io`; the flags of the command line are made from it. */
export function ioParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
  return z.object({
    workers: count(1, ioLimits.workers)
      .prefault("200")
      .describe("long-lived tasks, each of which makes its operations one after another"),
    operations: count(1, ioLimits.operations).prefault("200").describe("operations of each worker"),
    mean: duration(ioLimits.meanNs.most, ioLimits.meanNs.least)
      .prefault("5ms")
      .describe("mean of the exponential sleeps that the operations are, drawn by --seed"),
    repetitions: count(1, ioLimits.repetitions)
      .prefault("4")
      .describe("passes over all libraries, each in a process of its own"),
  });
}

export type IoParameters = zod.infer<ReturnType<typeof ioParameters>>;
