import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const mixedLimits = {
  workers: 10_000,
  operations: 10_000,
  /** Of all workers together. */
  slots: 1_000_000,
  meanNs: 1e9,
  burnNs: { least: 1e3, most: 1e9 },
  /** Percent: of the others there must be some. */
  share: 99,
  repetitions: 1_000,
} as const;

/** Parameters of the scenario `mixed`; the flags of the command line are made from it. */
export function mixedParameters(z: typeof zod) {
  const { count, counts, duration } = quantities(z);
  return z.object({
    workers: count(1, mixedLimits.workers)
      .prefault("200")
      .describe("workers, each of which makes one operation after the other"),
    operations: count(1, mixedLimits.operations)
      .prefault("6")
      .describe("operations of each worker in each repetition"),
    mean: duration(mixedLimits.meanNs)
      .prefault("5ms")
      .describe("mean of the exponential sleep that each operation is"),
    share: counts(0, mixedLimits.share)
      .prefault("1,10,50")
      .describe("shares of the operations that burn CPU after their sleep, percent; a table each"),
    burn: duration(mixedLimits.burnNs.most, mixedLimits.burnNs.least)
      .prefault("1ms")
      .describe("CPU time that each of these burns"),
    repetitions: count(1, mixedLimits.repetitions)
      .prefault("5")
      .describe("passes over all contenders, each visit in a process of its own"),
  });
}

export type MixedParameters = zod.infer<ReturnType<typeof mixedParameters>>;
