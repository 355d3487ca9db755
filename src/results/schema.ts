import * as z from "zod";

/** Nanoseconds, or null where a percentile is withheld because too few samples lie above it. */
const ns = z.number().nullable();
const lowHigh = z.tuple([z.number(), z.number()]).readonly().nullable();

export const summarySchema = z.object({
  count: z.int().nonnegative().describe("samples; nothing is trimmed"),
  meanNs: ns,
  stddevNs: ns,
  minNs: ns,
  p50Ns: ns,
  p90Ns: ns,
  p95Ns: ns,
  p99Ns: ns,
  p999Ns: ns,
  p9999Ns: ns,
  maxNs: ns,
});

const auditSchema = z.object({
  sent: z
    .int()
    .describe(
      "wakes that the native side stamped and rang; dispatch: calls; workloads: tasks, operations or requests",
    ),
  received: z
    .int()
    .describe(
      "wakes that JavaScript took note of; dispatch: calls that were settled; workloads: what ended as it should",
    ),
  lost: z.int(),
  duplicated: z.int(),
  reordered: z.int(),
  coalesced: z.int(),
  early: z.int().describe("rung before JavaScript waited; left out of latency"),
  unparked: z
    .int()
    .describe(
      "found the loop awake; left out of latency when the loop is idle; not told of an open loop",
    ),
  refused: z
    .int()
    .optional()
    .describe("burst: notifies that the waker itself turned away, and said so (a full queue)"),
  mistaken: z
    .int()
    .optional()
    .describe(
      "dispatch: calls with the answer of another one, or an error that no one threw; workloads: what ended, but wrongly",
    ),
});

const costSchema = z.object({
  wallNs: z.number(),
  cpuLoopNs: z.number().nullable(),
  cpuWakerNs: z
    .number()
    .nullable()
    .describe(
      "includes the work of the gap, see extra.gapSpentNs; burst: all producers; dispatch, workloads: all threads that do the work",
    ),
  cpuOtherNs: z
    .number()
    .nullable()
    .describe(
      "what is left of the process; dispatch: read of all other threads, so that the sum can be held against the process",
    ),
  cpuProcessNs: z.number(),
  voluntarySwitches: z.int().nullable().describe("of the loop thread"),
  peakRssBytes: z.int().describe("handlers: of the server's process, as all of this"),
});

const rateSchema = z.object({
  value: z.number().describe("geometric mean over the rounds"),
  interval: lowHigh.describe("t interval over the rounds, 95 %"),
});

const relativeSchema = z.object({
  to: z.string().describe("the contender of the denominator"),
  ratio: z
    .number()
    .describe(
      "geometric mean over the rounds of p50 / p50 of the same round; burst: of wakes a second / wakes a second; dispatch: of time per call / time per call, in a row with params.case to the contender's own plain row; workloads: of decidingNs / decidingNs, among rows with the same params.table",
    ),
  interval: z.tuple([z.number(), z.number()]).describe("paired t interval, 95 %"),
  verdict: z.enum(["faster", "slower", "no difference seen"]),
});

export const statusSchema = z.enum(["ok", "crashed", "timeout", "unsupported", "failed"]);

const roundSchema = z.object({
  round: z.int().nonnegative(),
  summary: summarySchema,
  histogram: z.string().describe("HdrHistogram, compressed, base64; nanoseconds, 3 digits"),
  rates: z
    .record(z.string(), z.number())
    .optional()
    .describe(
      "burst: wakesPerSecond, heard over flood and settling; the summary is empty, nothing is timed; dispatch: callsPerSecond; spawn, cancel: tasksPerSecond; io, mixed: operationsPerSecond; handlers, fetch: requestsPerSecond",
    ),
  decidingNs: z
    .number()
    .optional()
    .describe(
      "workloads: what decides between contenders, less is better: wall time for each task or request; cancel: time to the last end; mixed: p99 of the operations that do not burn",
    ),
  peakRssBytes: z.int().optional().describe("workloads: the most memory that was resident"),
});

export const seriesSchema = z.object({
  scenario: z.string(),
  contender: z.string().describe("as written on the command line: [RUNTIME/]WAKER[:PARAM=VALUE…]"),
  waker: z.string(),
  runtime: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  status: statusSchema,
  error: z.string().nullable().describe("exit code or signal, and the agent's last lines"),
  summary: summarySchema,
  interval: z.object({ meanNs: lowHigh, p50Ns: lowHigh, p90Ns: lowHigh, p99Ns: lowHigh }),
  stages: z.object({
    enter: summarySchema.optional(),
    resume: summarySchema.optional(),
    spawn: summarySchema.optional().describe("request → first line of a new thread"),
    notify: summarySchema.optional().describe("burst: what one notify cost its thread"),
    timer: summarySchema.optional().describe("burst: how late each tick of a 1 ms timer was"),
    late: summarySchema
      .optional()
      .describe(
        "open loop: from when a wake or a request was due to its notify or sending, part of the latency; spawn, io, mixed: how much later than asked a sleep ended",
      ),
    burn: summarySchema
      .optional()
      .describe("mixed: operations that burn, from the begin of their sleep to the end of it"),
  }),
  rounds: z.array(roundSchema),
  audit: auditSchema,
  cost: costSchema,
  rates: z.record(z.string(), rateSchema),
  extra: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  relative: relativeSchema.nullable(),
  harnessNs: z
    .number()
    .nullable()
    .describe("median cost of the two stamps of a wake, of a call or of a task, in place"),
  samplesFile: z.string().optional(),
});

const warningSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string() });

export const environmentSchema = z.object({
  machine: z
    .string()
    .optional()
    .describe("pseudonym of this machine, or the name that WAKERBENCH_MACHINE gave it"),
  runtime: z.string(),
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: z.int(),
  virtualised: z.string().nullable(),
  governor: z.string().nullable(),
  clockResolutionNs: z.number(),
  zig: z.string().nullable(),
  warnings: z.array(warningSchema),
});

export const resultsSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal("wakerbench"), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  partial: z.boolean().describe("interrupted: rounds are missing"),
  seed: z.int(),
  command: z.array(z.string()),
  options: z.record(z.string(), z.record(z.string(), z.unknown())),
  environment: environmentSchema,
  series: z.array(seriesSchema),
});

export type Results = z.infer<typeof resultsSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type Status = z.infer<typeof statusSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type Warning = z.infer<typeof warningSchema>;
export type Audit = z.infer<typeof auditSchema>;
export type Cost = z.infer<typeof costSchema>;
