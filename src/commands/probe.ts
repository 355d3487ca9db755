import type { ArgsDef } from "citty";
import { messageOf } from "../errors.ts";
import type { ProbeReport } from "../probe/report.ts";
import type { ProbeProgress } from "../probe/run.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags } from "./flags.ts";
import {
  type Export,
  parseExports,
  parseFormat,
  parseRuntimes,
  runtimeArg,
} from "./measure-flags.ts";
import { summaries } from "./summaries.ts";

/** A way to write the matrix down. */
type ProbeFormat = {
  readonly id: "table" | "json";
  readonly extensions: readonly string[];
  render(report: ProbeReport): Promise<string>;
};

const formats: readonly ProbeFormat[] = [
  {
    id: "table",
    extensions: [".txt"],
    async render(report) {
      const { renderProbe } = await import("../probe/table.ts");
      const { plainStyle } = await import("../report/table.ts");
      return renderProbe(report, plainStyle);
    },
  },
  {
    id: "json",
    extensions: [".json"],
    render: async (report) => `${JSON.stringify(report, null, 2)}\n`,
  },
];

const args: ArgsDef = {
  waker: {
    type: "positional",
    required: false,
    description: "wakers to try (default: all, and what can read a descriptor); a file of yours",
  },
  runtime: runtimeArg,
  format: {
    type: "string",
    default: "table",
    description: `${formats.map(({ id }) => id).join("|")}: what goes to stdout`,
  },
  export: {
    type: "string",
    description: "also write a file, format by extension (.json .txt); repeatable",
  },
  quiet: { type: "boolean", alias: "q", description: "no progress" },
};

type ProbeFlags = {
  readonly wakers: readonly string[];
  readonly runtimes: readonly string[];
  readonly format: ProbeFormat;
  readonly exports: readonly Export<ProbeFormat>[];
  readonly isQuiet: boolean;
};

export const probeCommand: Command = {
  name: "probe",
  summary: summaries.probe,
  args,
  async run(rawArgs) {
    const flags = parseProbeFlags(parseFlags(rawArgs, args));
    // Only here: help needs neither the schemas nor the native library.
    const { probe } = await import("../probe.ts");
    const { isUsable } = await import("../probe/verdicts.ts");
    const { Interrupt } = await import("../terminal/interrupt.ts");
    const { messages } = await import("../terminal/output.ts");
    using interrupt = new Interrupt();
    const report = await watched(flags.isQuiet, (onProgress) =>
      probe({ ...flags, onProgress, signal: interrupt.signal }),
    );
    const failures = await writeExports(flags.exports, report);
    await printReport(report, flags.format);
    for (const failure of failures) messages.log(failure);
    if (report.partial) return interrupt.exitStatus;
    const rows = report.runtimes.flatMap(({ wakers }) => wakers);
    const isRefused = rows.some(({ isNamed, cells }) => isNamed && !isUsable(cells));
    return isRefused || failures.length > 0 ? 1 : 0;
  },
};

/** @throws WakerbenchError USAGE, EXPORT_FAILED (before anything is tried) */
function parseProbeFlags({ values, positionals }: GivenFlags): ProbeFlags {
  return {
    wakers: positionals,
    runtimes: parseRuntimes(values),
    format: parseFormat(String(values.format ?? "table"), formats),
    exports: parseExports(values, formats),
    isQuiet: values.quiet === true,
  };
}

/** Says what will be done, and on a terminal how far it is. */
async function watched<T>(
  isQuiet: boolean,
  work: (onProgress: (progress: ProbeProgress) => void) => Promise<T>,
): Promise<T> {
  if (isQuiet) return work(() => {});
  const { isTerminal, messages } = await import("../terminal/output.ts");
  const { LiveBlock } = await import("../terminal/live.ts");
  const { plural } = await import("../report/format.ts");
  const isLive = isTerminal(process.stderr);
  using block = new LiveBlock(process.stderr);
  return await work(({ done, planned }) => {
    if (done === 0) messages.log(`probe: ${plural(planned, "trial")}, each in a child process`);
    else if (isLive) block.draw(`  ${done} of ${plural(planned, "trial")}`);
  });
}

async function writeExports(
  exports: readonly Export<ProbeFormat>[],
  report: ProbeReport,
): Promise<string[]> {
  const { writeWhole } = await import("../results/store.ts");
  const failures: string[] = [];
  for (const { path, format } of exports) {
    try {
      writeWhole(path, await format.render(report));
    } catch (error) {
      failures.push(`error: --export ${path}: ${messageOf(error)}`);
      failures.push("  try: probe again where there is room");
    }
  }
  return failures;
}

async function printReport(report: ProbeReport, format: ProbeFormat): Promise<void> {
  const { print, styleFor } = await import("../terminal/output.ts");
  if (format.id !== "table") return print(await format.render(report));
  const { renderProbe } = await import("../probe/table.ts");
  return print(renderProbe(report, styleFor(process.stdout)));
}
