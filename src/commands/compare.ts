import * as z from "zod";
import { wake } from "../scenarios/wake.ts";
import { wakeParameters } from "../scenarios/wake-parameters.ts";
import type { Command } from "./command.ts";
import { argsOfSchema, parseFlags, parseParameters } from "./flags.ts";
import { measureArgs, parseMeasureFlags } from "./measure-flags.ts";

const schema = wakeParameters(z);

export const compareCommand: Command = {
  name: "compare",
  summary: "the main job: latency of each waker, a verdict, what to use and how",
  args: {
    contender: {
      type: "positional",
      required: false,
      description: `wakers to compare (default: ${wake.defaultContenders.join(" ")}); a file of yours; all`,
    },
    ...measureArgs,
    ...argsOfSchema(schema),
  },
  async run(rawArgs) {
    const given = parseFlags(rawArgs, compareCommand.args);
    const flags = parseMeasureFlags(given);
    const options = {
      contenders: given.positionals,
      runtimes: flags.runtimes,
      parameters: parseParameters(schema, given),
      timeNs: flags.timeNs,
      seed: flags.seed,
      relativeTo: flags.relativeTo,
      samplesDirectory: flags.samplesDirectory,
      command: ["compare", ...rawArgs],
    };
    // Only here: help needs neither the statistics nor the native library.
    const { measureAndReport } = await import("./measure.ts");
    return measureAndReport(options, flags);
  },
};
