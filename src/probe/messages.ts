import * as z from "zod";

/** Checks what children say (src/trials/job.ts). */

const tally = { sent: z.int(), heard: z.int(), entries: z.int() };

const observationSchema = z.discriminatedUnion("stage", [
  z.object({ stage: z.enum(["wake", "many", "flood"]), ...tally }),
  z.object({ stage: z.literal("blocked"), returnedFirst: z.boolean(), ...tally }),
  z.object({ stage: z.literal("payload"), payloadBytes: z.int(), ...tally }),
  z.object({ stage: z.literal("life") }),
  z.object({
    stage: z.literal("throw"),
    reached: z.enum(["uncaughtException", "unhandledRejection"]).nullable(),
    goesOn: z.boolean(),
  }),
  z.object({
    stage: z.literal("reader"),
    event: z.enum(["data", "closed", "error", "none"]),
    error: z.string().nullable(),
  }),
  z.object({
    stage: z.literal("returning"),
    expected: z.array(z.int()),
    returned: z.array(z.int()).nullable(),
  }),
]);

export const trialMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("observed"), observation: observationSchema }),
  z.object({ type: z.literal("failed"), code: z.string().nullable(), message: z.string() }),
  z.object({ type: z.literal("ended") }),
]);
