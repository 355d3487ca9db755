import type { ArgsDef } from "citty";
import { exportFormats, type Format, formats } from "../report/index.ts";
import type { Results } from "../results/schema.ts";
import type { PlotChoice } from "../terminal/plot-style.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags, rejectFurther } from "./flags.ts";
import {
  exportArg,
  parseExports,
  parseFormat,
  parsePlot,
  plotArg,
  rejectForeignExports,
} from "./measure-flags.ts";

const printed: readonly Format[] = formats;

const args: ArgsDef = {
  results: {
    type: "positional",
    required: false,
    description: "a results file; latest (default): the last run",
  },
  format: {
    type: "string",
    description: `${printed.map(({ id }) => id).join("|")}: what goes to stdout (default: table; nothing beside --export)`,
  },
  export: exportArg,
  plot: plotArg,
};

export const reportCommand: Command = {
  name: "report",
  summary: "saved results as tables, Markdown, CSV, JSON",
  args,
  async run(rawArgs) {
    const given = parseFlags(rawArgs, args);
    rejectFurther("report", given.positionals, 1);
    const [path = "latest"] = given.positionals;
    const format = parsePrinted(given);
    const exports = parseExports(given.values, exportFormats);
    const plot = parsePlot(given.values);
    // Only here: help needs neither the schemas nor what draws.
    const { readResults } = await import("../results/store.ts");
    const results = await readResults(path);
    rejectForeignExports(exports, [...new Set(results.series.map(({ scenario }) => scenario))]);
    const { exportTo, warningsOfPrinted } = await import("../report/export.ts");
    const { messages, print } = await import("../terminal/output.ts");
    const failures: string[] = [];
    for (const one of exports) {
      const exported = await exportTo(one, results, "export it again where there is room");
      for (const warning of exported.warnings) messages.log(warning);
      failures.push(...exported.failures);
      if (exported.failures.length === 0) messages.log(`wrote ${one.path}`);
    }
    if (format !== null) {
      await print(await render(results, format, plot));
      for (const warning of await warningsOfPrinted(format, results)) messages.log(warning);
    }
    for (const failure of failures) messages.log(failure);
    return failures.length > 0 ? 1 : 0;
  },
};

/**
 * What goes to stdout; null: nothing, because the report goes elsewhere and nobody asked for it here, too.
 *
 * @throws WakerbenchError USAGE
 */
function parsePrinted({ values }: GivenFlags): Format | null {
  if (values.format !== undefined) return parseFormat(String(values.format), printed);
  const isElsewhere = values.export !== undefined;
  return isElsewhere ? null : parseFormat("table", printed);
}

/** Tables with the verdict, as the command that measured has printed them; else what the format says. */
async function render(results: Results, format: Format, plot: PlotChoice): Promise<string> {
  if (format.id !== "table") return format.render(results);
  const { measuredOf } = await import("../report/measured.ts");
  const { renderSuite } = await import("../report/suite-text.ts");
  const { renderVerdict } = await import("../report/tables.ts");
  const { styleFor } = await import("../terminal/output.ts");
  const { plotStyleFor } = await import("../terminal/plot-style.ts");
  const style = { ...styleFor(process.stdout), plot: plotStyleFor(plot, process.stdout) };
  const renderWhole = results.command[0] === "suite" ? renderSuite : renderVerdict;
  return renderWhole(results, measuredOf(results), style);
}
