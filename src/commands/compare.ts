import type { ArgsDef } from "citty";
import * as z from "zod";
import { WakerbenchError } from "../errors.ts";
import { usualThreads } from "../plan/thread-counts.ts";
import { type BurstParameters, burstParameters } from "../scenarios/burst-parameters.ts";
import { wake } from "../scenarios/wake.ts";
import { wakeParameters } from "../scenarios/wake-parameters.ts";
import type { Command } from "./command.ts";
import { argsOfSchema, type GivenFlags, parseFlags, parseParameters } from "./flags.ts";
import { measureArgs, parseMeasureFlags } from "./measure-flags.ts";
import { summaries } from "./summaries.ts";

const wakeSchema = wakeParameters(z);
const burstSchema = burstParameters(z);

const contentionArgs: ArgsDef = {
  threads: {
    type: "string",
    description: "how many threads flood at once (default: 1,8,64; in under 15s 8)",
  },
  contention: {
    type: "boolean",
    default: true,
    description: "also flood the wakers from many threads, for a third of the time",
    negativeDescription: "single wakes only",
  },
};

export const compareCommand: Command = {
  name: "compare",
  summary: summaries.compare,
  args: {
    contender: {
      type: "positional",
      required: false,
      description: `wakers to compare (default: ${wake.defaultContenders.join(" ")}); a file of yours; all`,
    },
    ...measureArgs,
    ...contentionArgs,
    ...argsOfSchema(wakeSchema),
  },
  async run(rawArgs) {
    const given = parseFlags(rawArgs, compareCommand.args);
    const flags = parseMeasureFlags(given);
    const options = {
      contenders: given.positionals,
      wake: parseParameters(wakeSchema, given),
      burst: parseContention(given, flags.timeNs),
      dispatch: null,
      workloads: [],
      command: ["compare", ...rawArgs],
    };
    // Only here: help needs neither the statistics nor the native library.
    const { measureAndReport } = await import("./measure.ts");
    return measureAndReport(options, flags);
  },
};

/**
 * Of the floods' own flags `compare` has one; the others are those of `run burst`.
 *
 * @returns null when there shall be none
 * @throws WakerbenchError USAGE
 */
function parseContention({ values }: GivenFlags, timeNs: number): BurstParameters | null {
  if (values.contention !== false) {
    const threads = values.threads ?? usualThreads(timeNs);
    return parseParameters(burstSchema, { values: { threads }, positionals: [] });
  }
  if (values.threads === undefined) return null;
  throw new WakerbenchError("USAGE", "--threads does not go with --no-contention", {
    remedy: "leave out one of them",
  });
}
