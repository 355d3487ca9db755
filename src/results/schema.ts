import * as z from "zod";

/** Nanoseconds, or null where a percentile is withheld because too few samples lie above it. */
const ns = z.number().nullable();
const lowHigh = z.tuple([z.number(), z.number()]).readonly().nullable();

export const summarySchema = z.object({
  count: z.int().nonnegative().describe("samples; nothing is trimmed"),
  meanNs: ns.describe("arithmetic mean"),
  stddevNs: ns.describe("standard deviation of the samples"),
  minNs: ns.describe("the least sample"),
  p50Ns: ns.describe(
    "median, nearest rank over all rounds; null, as every percentile, if withheld",
  ),
  p90Ns: ns.describe("90th percentile"),
  p95Ns: ns.describe("95th percentile"),
  p99Ns: ns.describe("99th percentile"),
  p999Ns: ns.describe("99.9th percentile"),
  p9999Ns: ns.describe("99.99th percentile"),
  maxNs: ns.describe("the greatest sample"),
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
  lost: z.int().describe("sent and never heard, settled or ended"),
  duplicated: z.int().describe("heard twice, or heard and never sent"),
  reordered: z.int().describe("heard after a later one of the same thread"),
  coalesced: z.int().describe("rings that arrived together with another; no loss for a doorbell"),
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
  wallNs: z.number().describe("time of the measured part"),
  cpuLoopNs: z.number().nullable().describe("CPU time of the event loop's thread"),
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
  cpuProcessNs: z.number().describe("CPU time of the whole process"),
  voluntarySwitches: z.int().nullable().describe("of the loop thread"),
  peakRssBytes: z
    .int()
    .describe("most memory that was resident; handlers: of the server's process, as all of this"),
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
  verdict: z
    .enum(["faster", "slower", "no difference seen"])
    .describe("faster or slower only where the interval excludes 1 ± 2 %"),
});

export const statusSchema = z.enum(["ok", "crashed", "timeout", "unsupported", "failed"]);

const roundSchema = z.object({
  round: z.int().nonnegative().describe("number of the pass over all contenders, from 0"),
  summary: summarySchema.describe("of this round's samples alone"),
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
  scenario: z.string().describe("what was done: `wake`, `burst`, `dispatch`, `spawn`, …"),
  contender: z.string().describe("as written on the command line: [RUNTIME/]WAKER[:PARAM=VALUE…]"),
  waker: z
    .string()
    .describe("id of the waker, dispatcher, library, handler or fetcher, without parameters"),
  runtime: z.string().describe("what ran the JavaScript side, with its version: `bun@1.4.5`"),
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe("all that this row was measured with; two rows compare where these are equal"),
  status: statusSchema.describe("`ok`, or how it failed; figures may be there all the same"),
  error: z.string().nullable().describe("exit code or signal, and the agent's last lines"),
  summary: summarySchema.describe("latency of all rounds together"),
  interval: z
    .object({ meanNs: lowHigh, p50Ns: lowHigh, p90Ns: lowHigh, p99Ns: lowHigh })
    .describe("[low, high], 95 %, bootstrap over whole rounds; for display"),
  stages: z
    .object({
      enter: summarySchema.optional().describe("notify → first line of JavaScript (`--stages`)"),
      resume: summarySchema.optional().describe("first line of JavaScript → the awaiting code"),
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
    })
    .describe("durations beside the latency; each is absent where it was not stamped"),
  rounds: z.array(roundSchema).describe("one entry for each round that was measured"),
  audit: auditSchema.describe("what was sent against what came, summed over the rounds"),
  cost: costSchema.describe("totals over the measured part of all rounds; divide by the count"),
  rates: z.record(z.string(), rateSchema).describe("so many a second, by what is counted"),
  extra: z
    .record(z.string(), z.union([z.string(), z.number(), z.null()]))
    .describe("what a scenario alone counts, by name"),
  relative: relativeSchema
    .nullable()
    .describe("this row over the reference of its table; null where there is none"),
  harnessNs: z
    .number()
    .nullable()
    .describe("median cost of the two stamps of a wake, of a call or of a task, in place"),
  samplesFile: z.string().optional().describe("file of the raw samples (`--samples DIR`)"),
});

const warningSchema = z.object({
  code: z.string().describe("for programs: `VIRTUAL_MACHINE`, `LOAD`, …"),
  message: z.string().describe("what would spoil a measurement"),
  remedy: z.string().describe("what to do about it"),
});

export const environmentSchema = z.object({
  machine: z
    .string()
    .optional()
    .describe("pseudonym of this machine, or the name that WAKERBENCH_MACHINE gave it"),
  runtime: z.string().describe("the Bun that ran the command; a row's own is `series[].runtime`"),
  os: z.string().describe("name and version of the operating system"),
  kernel: z.string().describe("its kernel's release"),
  arch: z.string().describe("as `process.arch` says it"),
  cpu: z.string().describe("model of the processor"),
  cores: z.int().describe("how many cores the process may use"),
  virtualised: z.string().nullable().describe("whether this is a virtual machine, as far as told"),
  governor: z.string().nullable().describe("CPU frequency governor; null where it cannot be told"),
  clockResolutionNs: z.number().describe("what the kernel says of the clock of all stamps"),
  zig: z.string().nullable().describe("the Zig that built the native library"),
  warnings: z.array(warningSchema).describe("what on this machine would spoil a measurement"),
});

const scenarioSchema = z
  .object({
    id: z.string().describe("`wake`, `burst`, …"),
    startedAt: z.iso.datetime().describe("when it began"),
    durationMs: z.number().describe("how long it took"),
    status: z
      .enum(["whole", "cut", "failed"])
      .describe("cut: the run ended before it did; failed: nothing of it could be measured"),
    error: z.string().nullable().describe("why nothing could be measured"),
  })
  .describe("one scenario of the run");

export const resultsSchema = z.object({
  schemaVersion: z.literal(1).describe("within a version, fields are only added"),
  tool: z
    .object({ name: z.literal("wakerbench"), version: z.string() })
    .describe("what wrote the file"),
  startedAt: z.iso.datetime().describe("when the run began, UTC"),
  durationMs: z
    .number()
    .describe("how long it took; of a suite that was resumed without the time between"),
  partial: z.boolean().describe("interrupted: rounds or whole scenarios are missing"),
  seed: z.int().describe("drew the order of visits and the gaps; `--seed` repeats it"),
  command: z.array(z.string()).describe("the command line, after `wakerbench`"),
  options: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .describe("by scenario: its parameters, those that were not given filled in"),
  environment: environmentSchema.describe("the machine, and what on it would spoil a measurement"),
  scenarios: z
    .array(scenarioSchema)
    .optional()
    .describe(
      "those that were begun, in the order of their series; `options` also has those that were not",
    ),
  series: z.array(seriesSchema).describe("the rows: one for each contender under each condition"),
});

export type Results = z.infer<typeof resultsSchema>;
export type ScenarioRecord = z.infer<typeof scenarioSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type Status = z.infer<typeof statusSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type Warning = z.infer<typeof warningSchema>;
export type Audit = z.infer<typeof auditSchema>;
export type Cost = z.infer<typeof costSchema>;
