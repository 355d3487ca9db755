import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const dispatchLimits = {
  count: 1_000_000_000,
  inFlight: 4_096,
  rounds: 1_000,
  workNs: 10e9,
  timeoutNs: { least: 1e6, most: 3_600e9 },
} as const;

/** What `--quick` stands for where calls are counted. */
export const quickDispatch = { count: "5k" } as const;

/** Parameters of the scenario `dispatch`; the flags of the command line are made from it. */
export function dispatchParameters(z: typeof zod) {
  const { count, duration, share, work } = quantities(z);
  return z.object({
    count: count(100, dispatchLimits.count)
      .prefault("30k")
      .describe("calls to each contender in each placement, over all rounds"),
    work: work(dispatchLimits.workNs)
      .prefault("0")
      .describe("what each call does: spin for a duration (0: nothing), yield, or sqlite"),
    "in-flight": count(1, dispatchLimits.inFlight)
      .prefault("1")
      .describe("calls that are on their way at once, 64 for example"),
    placement: z
      .enum(["each", "same-core", "cross-core", "any"])
      .default("each")
      .describe("where loop and worker run; each: same-core and cross-core"),
    "timeout-each": duration(dispatchLimits.timeoutNs.most, dispatchLimits.timeoutNs.least)
      .optional()
      .describe("gives each call a timeout, such as 5ms"),
    "cancel-rate": share().prefault("0").describe("share of the calls that are aborted, 0 to 1"),
    "throw-rate": share()
      .prefault("0")
      .describe("share of the calls whose job throws in the worker, 0 to 1"),
    rounds: count(1, dispatchLimits.rounds)
      .prefault("5")
      .describe("passes over all contenders, which share the calls"),
  });
}

export type DispatchParameters = zod.infer<ReturnType<typeof dispatchParameters>>;
