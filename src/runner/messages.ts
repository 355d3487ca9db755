import * as z from "zod";
import { counterNames } from "../scenarios/measurement.ts";

/** Checks what agents say (src/agent/messages.ts); an agent may be killed in the middle of a line. */

const samples = z.array(z.number());

const measurementSchema = z.object({
  parameters: z.record(z.string(), z.string()),
  wakeNs: samples,
  enterNs: samples,
  resumeNs: samples,
  spawnNs: samples,
  counters: z.record(z.enum(counterNames), z.number()),
  harnessNs: z.object({ p50Ns: z.number(), p99Ns: z.number() }),
  parkingProved: z.boolean(),
  fault: z.string().nullable(),
});

export const agentMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), runtime: z.string(), pid: z.int() }),
  z.object({ type: z.literal("measured"), measurements: z.array(measurementSchema) }),
  z.object({
    type: z.literal("failed"),
    code: z.string(),
    message: z.string(),
    remedy: z.string().nullable(),
  }),
]);
