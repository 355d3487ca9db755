import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const wakeLimits = {
  wakes: 1_000_000,
  rounds: 1_000,
  gapNs: 10e9,
  ratePerSecond: 1_000_000,
} as const;

/** What the closed loop does when it is not told: an open loop has neither, and refuses both. */
export const closedLoopDefaults = { gapNs: 100e3, before: "work" } as const;

/** Parameters of the scenario `wake`; the flags of the command line are made from it. */
export function wakeParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
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
      .optional()
      .describe("what the native thread does in the gap before it notifies (default: work)"),
    gap: duration(wakeLimits.gapNs)
      .optional()
      .describe("mean of the jittered gap before each notify (default: 100us)"),
    rate: count(1, wakeLimits.ratePerSecond)
      .optional()
      .describe("open loop: so many wakes a second, counted from when each was due"),
    stages: z.boolean().default(false).describe("also stamp the first line of JavaScript (enter)"),
    rounds: count(1, wakeLimits.rounds)
      .optional()
      .describe(
        "passes over all contenders, each in a new random order (default: 12, in a short time 8)",
      ),
    wakes: count(1, wakeLimits.wakes)
      .optional()
      .describe("wakes of each visit; without it --time decides"),
    "warmup-wakes": count(1, wakeLimits.wakes)
      .prefault("50")
      .describe("wakes of each visit that are dropped first"),
  });
}

export type WakeParameters = zod.infer<ReturnType<typeof wakeParameters>>;
