import * as z from "zod";
import { metricIds } from "./metric-ids.ts";

const params = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const runSchema = z.object({
  startedAt: z.iso.datetime(),
  version: z.string().describe("of wakerbench"),
  runtime: z.string(),
  machine: z.string().nullable().describe("pseudonym or name, where the file has one"),
  partial: z.boolean().describe("interrupted: rounds are missing"),
});

const figureSchema = z.object({
  metric: z.enum(metricIds),
  unit: z.enum(["ns", "perSecond", "bytes"]),
  base: z.number(),
  new: z.number(),
  ratio: z.number().describe("new / base"),
  interval: z
    .tuple([z.number(), z.number()])
    .readonly()
    .nullable()
    .describe("of the ratio, 95 %; null where a run cannot tell its own noise"),
  change: z
    .enum(["up", "down", "none"])
    .nullable()
    .describe("up or down where the interval excludes 1 ± 2 %; null without an interval"),
});

const rowSchema = z.object({
  scenario: z.string(),
  contender: z.string(),
  place: z
    .string()
    .describe("where and how it was measured, in words; empty where there is one way"),
  runtime: z.object({ base: z.string(), new: z.string() }),
  params: params.describe("of NEW"),
  fault: z
    .enum(["new", "gone", "both"])
    .nullable()
    .describe(
      "new: fails now and did not before; gone: the other way round; then nothing is compared",
    ),
  error: z.string().nullable().describe("how it failed, in NEW where it fails there"),
  figures: z.array(figureSchema).describe("those that both runs have"),
  verdict: z
    .enum(["faster", "slower", "no difference seen"])
    .nullable()
    .describe("of NEW, by the figure `deciding`; null where it cannot be told"),
});

const absentSchema = z.object({ scenario: z.string(), contender: z.string(), place: z.string() });

const limitSchema = z.object({
  written: z.string().describe("as it was given to --fail-on"),
  scenario: z.string().nullable().describe("null: every scenario"),
  metric: z.union([z.enum(metricIds), z.literal("failed")]),
  fired: z.array(z.int()).describe("indices of the rows whose intervals exclude the limit"),
  held: z.int().describe("rows whose intervals lie within it"),
  undecided: z.int().describe("rows that could not tell: their intervals contain the limit"),
  untold: z.int().describe("rows without the figure, or without an interval"),
});

const summarySchema = z.object({
  scenario: z.string(),
  rows: z.int(),
  faster: z.int(),
  slower: z.int(),
  unseen: z.int().describe("no difference seen"),
  untold: z.int().describe("no verdict, or a fault"),
  ratio: z.number().nullable().describe("geometric mean of the rows' deciding ratios"),
});

/** Two results files compared, as `diff --format json` prints it and `diff()` returns it. */
export const diffSchema = z.object({
  schemaVersion: z.literal(1),
  base: runSchema,
  new: runSchema,
  isSameRun: z.boolean().describe("both hold the same run: rounds are paired"),
  differences: z
    .array(z.string())
    .describe("what makes them incomparable; not empty only with --anyway"),
  notes: z.array(z.string()).describe("what must be known to read the rows"),
  summaries: z.array(summarySchema).describe("one for each scenario"),
  rows: z.array(rowSchema),
  onlyInBase: z.array(absentSchema),
  onlyInNew: z.array(absentSchema),
  limits: z.array(limitSchema).describe("one for each --fail-on"),
  isFailed: z.boolean().describe("a limit has fired: exit status 1"),
});

export type Diff = z.infer<typeof diffSchema>;
export type DiffRow = z.infer<typeof rowSchema>;
export type DiffFigure = z.infer<typeof figureSchema>;
export type DiffLimit = z.infer<typeof limitSchema>;
export type DiffSummary = z.infer<typeof summarySchema>;
export type Absent = z.infer<typeof absentSchema>;
