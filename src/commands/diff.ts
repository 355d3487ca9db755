import type { ArgsDef } from "citty";
import { WakerbenchError } from "../errors.ts";
import { diffFormats } from "../report/diff-formats.ts";
import type { Command } from "./command.ts";
import { parseFlags, rejectFurther } from "./flags.ts";
import { parseExports, parseFormat } from "./measure-flags.ts";
import { summaries } from "./summaries.ts";

const args: ArgsDef = {
  base: {
    type: "positional",
    required: true,
    description: "a results file, latest, or history:ID",
  },
  new: {
    type: "positional",
    required: false,
    description: "the file that is held against it (default: latest, the last run)",
  },
  "fail-on": {
    type: "string",
    description:
      "[SCENARIO:]METRIC>PERCENT%, such as 'p99>5%' (deciding p50 p90 p95 p99 p99.9 mean memory), 'rate<5%' or failed: ends with 1 where a row's interval excludes the limit; repeatable",
  },
  anyway: {
    type: "boolean",
    description: "also compare other machines, placements and parameters",
  },
  format: {
    type: "string",
    default: "table",
    description: `${diffFormats.map(({ id }) => id).join("|")}: what goes to stdout`,
  },
  export: {
    type: "string",
    description: "also write a file, format by extension (.json .md .txt); repeatable",
  },
};

export const diffCommand: Command = {
  name: "diff",
  summary: summaries.diff,
  args,
  async run(rawArgs) {
    const given = parseFlags(rawArgs, args);
    const { values, positionals } = given;
    rejectFurther("diff", positionals, 2);
    const [base, next = "latest"] = positionals;
    if (base === undefined) throw nothingNamed();
    const format = parseFormat(String(values.format ?? "table"), diffFormats);
    const exports = parseExports(values, diffFormats);
    const failOn = Array.isArray(values["fail-on"]) ? values["fail-on"].map(String) : [];
    // Only here: help needs neither the statistics nor the schemas.
    const { diffFiles } = await import("./diff-files.ts");
    return diffFiles({ base, next, failOn, anyway: values.anyway === true, format, exports });
  },
};

function nothingNamed(): WakerbenchError {
  return new WakerbenchError("USAGE", "diff needs the name of a results file first", {
    remedy: "write wakerbench diff before.json after.json",
  });
}
