import type * as zod from "zod";
import { quantities } from "./quantities.ts";

const limits = {
  connections: 4_096,
  durationNs: { least: 10e6, most: 3_600e9 },
  rounds: 1_000,
  // For the longest duration the schedule counts to 2^32 (zig/schedule.zig); no server comes near it.
  rate: 1_000_000,
  payloadBytes: 1_000_000,
  waitNs: { least: 1e6, most: 60e9 },
} as const;

/** Parameters of the scenario `handlers`; the flags of the command line are made from it. */
export function handlersParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
  return z.object({
    connections: count(1, limits.connections)
      .prefault("32")
      .describe("connections of the client, each of which asks again when it has its answer"),
    duration: duration(limits.durationNs.most, limits.durationNs.least)
      .prefault("5s")
      .describe("how long each handler is under load, over all rounds"),
    rate: count(1, limits.rate)
      .optional()
      .describe("requests a second on a schedule, instead of as many as are answered"),
    payload: count(1, limits.payloadBytes)
      .prefault("64")
      .describe("bytes that the echoes send back"),
    wait: duration(limits.waitNs.most, limits.waitNs.least)
      .prefault("10ms")
      .describe("each of the three waits"),
    rounds: count(1, limits.rounds)
      .prefault("5")
      .describe("passes over all handlers, which share the time"),
  });
}

export type HandlersParameters = zod.infer<ReturnType<typeof handlersParameters>>;
