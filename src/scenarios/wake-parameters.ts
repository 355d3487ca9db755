import type * as zod from "zod";
import { parseCount, parseDurationNs } from "../duration.ts";

export const wakeLimits = { wakes: 1_000_000, rounds: 1_000, gapNs: 10e9 } as const;

/** Parameters of the scenario `wake`; the flags of the command line are made from it. */
export function wakeParameters(z: typeof zod) {
  const duration = (mostNs: number) =>
    z.string().transform((text, context) => {
      const durationNs = parseDurationNs(text);
      if (durationNs !== null && durationNs <= mostNs) return durationNs;
      context.addIssue(`"${text}" is no duration up to 10s; write 200us, 5ms or 2s`);
      return z.NEVER;
    });
  const count = (least: number, most: number) =>
    z.string().transform((text, context) => {
      const number = parseCount(text);
      if (number !== null && number >= least && number <= most) return number;
      context.addIssue(`"${text}" is no whole number from ${least} to ${most}; write 500 or 20k`);
      return z.NEVER;
    });
  return z.object({
    placement: z
      .enum(["each", "same-core", "cross-core", "any"])
      .default("each")
      .describe("where waker thread and loop thread run; each: both pinned ones; any: unpinned"),
    loop: z
      .enum(["idle", "busy"])
      .default("idle")
      .describe("idle: asleep in the kernel when notified; busy: 50 µs of work every 100 µs"),
    spawn: z
      .enum(["persistent", "per-wake"])
      .default("persistent")
      .describe("one long-lived native thread, or a new one for each wake"),
    before: z
      .enum(["work", "sleep"])
      .default("work")
      .describe("what the native thread does in the gap before it notifies"),
    gap: duration(wakeLimits.gapNs)
      .prefault("100us")
      .describe("mean of the jittered gap before each notify"),
    stages: z.boolean().default(false).describe("also stamp the first line of JavaScript (enter)"),
    rounds: count(1, wakeLimits.rounds)
      .prefault("12")
      .describe("passes over all contenders, each in a new random order"),
    wakes: count(1, wakeLimits.wakes)
      .optional()
      .describe("wakes of each visit; without it --time decides"),
    "warmup-wakes": count(1, wakeLimits.wakes)
      .prefault("50")
      .describe("wakes of each visit that are dropped first"),
  });
}

export type WakeParameters = zod.infer<ReturnType<typeof wakeParameters>>;
