import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const burstLimits = {
  /** A message has eleven bits for the number of its thread. */
  threads: 2_048,
  rounds: 1_000,
  gapNs: 10e9,
  floodNs: { least: 5e6, most: 60e9 },
} as const;

/** Parameters of the scenario `burst`; the flags of the command line are made from it. */
export function burstParameters(z: typeof zod) {
  const { count, counts, duration } = quantities(z);
  return z.object({
    threads: counts(1, burstLimits.threads)
      .prefault("1,2,8,64,256,1024")
      .describe("how many threads flood at once; each number is measured for itself"),
    producers: z
      .enum(["spin", "sleep"])
      .default("spin")
      .describe("what a thread does between two notifies: nothing, or sleep through the gap"),
    gap: duration(burstLimits.gapNs)
      .prefault("100us")
      .describe("mean sleep between two notifies of a thread (producers: sleep)"),
    payload: z
      .enum(["0", "8", "64"])
      .default("0")
      .transform(Number)
      .describe("bytes that each wake carries beside its number, where the waker can"),
    flood: duration(burstLimits.floodNs.most, burstLimits.floodNs.least)
      .optional()
      .describe("length of each flood; without it --time decides, up to 1s"),
    rounds: count(1, burstLimits.rounds)
      .optional()
      .describe("passes over all contenders; without it 5, or 3 where the time is short"),
  });
}

export type BurstParameters = zod.infer<ReturnType<typeof burstParameters>>;
