import * as z from "zod";
import { burstAuditNames } from "../scenarios/burst-measurement.ts";
import { callEndings, dispatchAuditNames } from "../scenarios/dispatch-measurement.ts";
import { counterNames } from "../scenarios/measurement.ts";
import { workloadIds } from "../scenarios/workload-job.ts";
import { workloadAuditNames, workloadStages } from "../scenarios/workload-measurement.ts";

/** Checks what agents say (src/agent/messages.ts); an agent may be killed in the middle of a line. */

const samples = z.array(z.number());

const wakeSchema = z.object({
  scenario: z.literal("wake"),
  parameters: z.record(z.string(), z.string()),
  wakeNs: samples,
  enterNs: samples,
  resumeNs: samples,
  spawnNs: samples,
  lateNs: samples,
  counters: z.record(z.enum(counterNames), z.number()),
  harnessNs: z.object({ p50Ns: z.number(), p99Ns: z.number() }),
  parkingProved: z.boolean(),
  fault: z.string().nullable(),
});

const burstSchema = z.object({
  scenario: z.literal("burst"),
  parameters: z.record(z.string(), z.string()),
  floodNs: z.number(),
  delivered: z.number(),
  entries: z.number(),
  audit: z.record(z.enum(burstAuditNames), z.number()),
  notifyNs: samples,
  lateNs: samples,
  settleNs: z.number(),
  memoryGrowthBytes: z.number(),
  cost: z.object({
    wallNs: z.number(),
    cpuLoopNs: z.number(),
    cpuProducersNs: z.number().nullable(),
    cpuProcessNs: z.number(),
    voluntarySwitches: z.number().nullable(),
    peakRssBytes: z.number(),
  }),
  fault: z.string().nullable(),
});

const dispatchSchema = z.object({
  scenario: z.literal("dispatch"),
  parameters: z.record(z.string(), z.string()),
  callNs: samples,
  sampledEvery: z.number(),
  endings: z.record(z.enum(callEndings), z.number()),
  audit: z.record(z.enum(dispatchAuditNames), z.number()),
  cost: z.object({
    wallNs: z.number(),
    cpuProcessNs: z.number(),
    cpuLoopNs: z.number(),
    cpuWorkerNs: z.number().nullable(),
    cpuOtherNs: z.number().nullable(),
    voluntarySwitches: z.number().nullable(),
    peakRssBytes: z.number(),
  }),
  startNs: z.number(),
  stopNs: z.number(),
  harnessNs: z.number(),
  fault: z.string().nullable(),
});

const amount = z.number().nullable();

const workloadSchema = z.object({
  scenario: z.enum(workloadIds),
  parameters: z.record(z.string(), z.string()),
  latencyNs: samples,
  stages: z.partialRecord(z.enum(workloadStages), samples),
  done: z.number(),
  decidingNs: amount,
  audit: z.record(z.enum(workloadAuditNames), z.number()),
  cost: z.object({
    wallNs: z.number(),
    cpuProcessNs: z.number(),
    cpuLoopNs: amount,
    cpuWorkerNs: amount,
    cpuOtherNs: amount,
    voluntarySwitches: amount,
    peakRssBytes: z.number(),
  }),
  counts: z.record(z.string(), z.number()),
  levels: z.record(z.string(), amount),
  marks: z.record(z.string(), z.string()),
  harnessNs: amount,
  fault: z.string().nullable(),
});

const measurementSchema = z.discriminatedUnion("scenario", [
  wakeSchema,
  burstSchema,
  dispatchSchema,
  workloadSchema,
]);

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
