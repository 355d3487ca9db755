import type { ArgsDef } from "citty";
import { parseCount } from "../duration.ts";
import { WakerbenchError } from "../errors.ts";
import {
  type ChartView,
  exportFormats,
  type Format,
  formats,
  pageFormats,
  usualView,
} from "../report/index.ts";
import type { Results } from "../results/schema.ts";
import type { PlotChoice } from "../terminal/plot-style.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags, rejectFurther } from "./flags.ts";
import {
  exportArg,
  openArg,
  parseChoice,
  parseExports,
  parseFormat,
  parsePlot,
  plotArg,
  rejectForeignExports,
} from "./measure-flags.ts";
import { summaries } from "./summaries.ts";

const printed: readonly Format[] = [...formats, ...pageFormats];
const schemes = ["light", "dark"] as const;
const widthsPx = { least: 340, most: 4_000 } as const;

const args: ArgsDef = {
  results: {
    type: "positional",
    required: false,
    description: "a results file; latest (default): the last run; history:ID: one of the history",
  },
  format: {
    type: "string",
    description: `${printed.map(({ id }) => id).join("|")}: what goes to stdout (default: table; nothing beside --export or --open)`,
  },
  export: exportArg,
  chart: {
    type: "string",
    description: "which chart a .svg or .png file shows (default: the first)",
  },
  scheme: {
    type: "enum",
    options: [...schemes],
    default: usualView.scheme,
    description: "the ground of pictures",
  },
  width: { type: "string", description: "how wide pictures are, in pixels (default: 960)" },
  open: openArg,
  plot: plotArg,
};

export const reportCommand: Command = {
  name: "report",
  summary: summaries.report,
  args,
  async run(rawArgs) {
    const given = parseFlags(rawArgs, args);
    rejectFurther("report", given.positionals, 1);
    const [path = "latest"] = given.positionals;
    const format = parsePrinted(given);
    const view = parseView(given);
    const exports = parseExports(given.values, exportFormats);
    const plot = parsePlot(given.values);
    // Only here: help needs neither the schemas nor what draws.
    const { readRun } = await import("../history/read.ts");
    const results = await readRun(path);
    rejectForeignExports(exports, [...new Set(results.series.map(({ scenario }) => scenario))]);
    if (view.chart !== null) (await import("../report/pictures.ts")).chartIn(results, view);
    const { exportTo, warningsOfPrinted } = await import("../report/export.ts");
    const { messages, print } = await import("../terminal/output.ts");
    const failures: string[] = [];
    for (const one of exports) {
      const exported = await exportTo(one, results, "export it again where there is room", view);
      for (const warning of exported.warnings) messages.log(warning);
      failures.push(...exported.failures);
      if (exported.failures.length === 0) messages.log(`wrote ${one.path}`);
    }
    if (format !== null) {
      await print(await render(results, format, { plot, view }));
      for (const warning of await warningsOfPrinted(format, results)) messages.log(warning);
      if (results.partial)
        messages.log("these results are partial: the run was interrupted, and rounds are missing");
    }
    for (const failure of failures) messages.log(failure);
    if (given.values.open === true) {
      const { showReport } = await import("../terminal/show-report.ts");
      await showReport(results);
    }
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
  const isElsewhere = values.export !== undefined || values.open === true;
  return isElsewhere ? null : parseFormat("table", printed);
}

/** @throws WakerbenchError USAGE */
function parseView({ values }: GivenFlags): ChartView {
  const { chart = null, scheme, width } = values;
  return {
    chart: chart === null ? null : String(chart),
    scheme: parseChoice("scheme", scheme ?? usualView.scheme, schemes),
    widthPx: width === undefined ? usualView.widthPx : parseWidth(String(width)),
  };
}

function parseWidth(text: string): number {
  const widthPx = parseCount(text);
  const { least, most } = widthsPx;
  if (widthPx !== null && widthPx >= least && widthPx <= most) return widthPx;
  throw new WakerbenchError("USAGE", `--width: "${text}" is no number from ${least} to ${most}`, {
    remedy: "write how many pixels, as 960",
  });
}

/** Tables with the verdict, as the command that measured has printed them; else what the format says. */
async function render(
  results: Results,
  format: Format,
  { plot, view }: { readonly plot: PlotChoice; readonly view: ChartView },
): Promise<string> {
  if (format.id !== "table") return format.render(results, view);
  const { measuredOf } = await import("../report/measured.ts");
  const { renderSuite } = await import("../report/suite-text.ts");
  const { renderVerdict } = await import("../report/tables.ts");
  const { styleFor } = await import("../terminal/output.ts");
  const { plotStyleFor } = await import("../terminal/plot-style.ts");
  const style = { ...styleFor(process.stdout), plot: plotStyleFor(plot, process.stdout) };
  const renderWhole = results.command[0] === "suite" ? renderSuite : renderVerdict;
  return renderWhole(results, measuredOf(results), style);
}
