import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { ArgsDef } from "citty";
import { parseCount, parseDurationNs } from "../duration.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import { type HistoryTarget, historyTarget } from "../history/target.ts";
import { type ExportFormat, exportFormats, type Format, formats } from "../report/index.ts";
import { suggestion } from "../suggestion.ts";
import { type PlotChoice, plotChoices } from "../terminal/plot-style.ts";
import type { GivenFlags } from "./flags.ts";

/** `--runtime` of every command that starts one. */
export const runtimeArg = {
  type: "string",
  description: "bun, or the path of another Bun; may be given several times (default: bun)",
} as const;

/** `--export` of every command that has results; the endings are those of the formats. */
export const exportArg = {
  type: "string",
  description: `also write a file, format by extension (${endings(exportFormats)}), or all of them into a DIRECTORY/; repeatable`,
} as const;

/** `--plot` of every command that prints tables. */
export const plotArg = {
  type: "string",
  default: "auto",
  description: `${plotChoices.join("|")}: the comparison drawn below its table (auto: on a terminal, by its locale)`,
} as const;

/** @throws WakerbenchError USAGE */
export function parsePlot({ plot }: GivenFlags["values"]): PlotChoice {
  return parseChoice("plot", plot ?? plotArg.default, plotChoices);
}

/** `--open` of every command that has results. */
export const openArg = {
  type: "boolean",
  description: "show the report in a browser at the end",
} as const;

/** Flags of every command that measures. */
export const measureArgs: ArgsDef = {
  time: {
    type: "string",
    default: "30s",
    description: "budget of the whole, shared by contenders and placements",
  },
  quick: { type: "boolean", description: "the same as --time 8s" },
  seed: { type: "string", description: "draws order and gaps; printed when it is left out" },
  runtime: runtimeArg,
  "relative-to": {
    type: "string",
    description: "the contender that ratios refer to (default: the first; in floods callback)",
  },
  format: {
    type: "string",
    default: "table",
    description: `${formats.map(({ id }) => id).join("|")}: what goes to stdout`,
  },
  export: exportArg,
  open: openArg,
  plot: plotArg,
  samples: { type: "string", description: "a directory that gets every raw sample" },
  history: {
    type: "boolean",
    default: true,
    description: "record the run, in a file of yours or where WAKERBENCH_HISTORY says",
    negativeDescription: "do not record the run: wakerbench history will not know it",
  },
  quiet: { type: "boolean", alias: "q", description: "no progress and no warnings" },
};

export type MeasureFlags = {
  readonly timeNs: number;
  readonly seed: number;
  readonly runtimes: readonly string[];
  readonly relativeTo: string | null;
  readonly format: Format;
  readonly exports: readonly Export[];
  readonly isOpened: boolean;
  readonly plot: PlotChoice;
  readonly samplesDirectory: string | null;
  /** Where the run is recorded; null: nowhere. */
  readonly history: HistoryTarget | null;
  readonly isQuiet: boolean;
};

/** A way to write something down, by name and by the ending of a file. */
type Named = { readonly id: string; readonly extensions: readonly string[] };

export type Export<F extends Named = ExportFormat> = { readonly path: string; readonly format: F };

const quickTime = "8s";
const leastTimeNs = 1e9;
const mostSeed = 2 ** 32 - 1;

/**
 * @throws WakerbenchError USAGE, EXPORT_FAILED (before anything is measured)
 */
export function parseMeasureFlags({ values }: GivenFlags): MeasureFlags {
  const { quick, time } = values;
  return {
    timeNs: parseTime(String(time ?? (quick === true ? quickTime : "30s"))),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : parseSeed(values.seed),
    runtimes: parseRuntimes(values),
    relativeTo: values["relative-to"] === undefined ? null : String(values["relative-to"]),
    format: parseFormat(String(values.format ?? "table"), formats),
    exports: parseExports(values, exportFormats),
    isOpened: values.open === true,
    plot: parsePlot(values),
    samplesDirectory:
      values.samples === undefined ? null : makeDirectory("--samples", String(values.samples)),
    history: values.history === false ? null : historyTarget(),
    isQuiet: values.quiet === true,
  };
}

/** `bun`, unless `--runtime` names others. */
export function parseRuntimes({ runtime }: GivenFlags["values"]): readonly string[] {
  return Array.isArray(runtime) ? runtime.map(String) : ["bun"];
}

/**
 * What each `--export` names.
 *
 * @throws WakerbenchError USAGE, EXPORT_FAILED
 */
export function parseExports<F extends Named>(
  { export: paths }: GivenFlags["values"],
  all: readonly F[],
): readonly Export<F>[] {
  return Array.isArray(paths) ? paths.map((path) => parseExport(String(path), all)) : [];
}

function parseTime(text: string): number {
  const timeNs = parseDurationNs(text);
  if (timeNs !== null && timeNs >= leastTimeNs) return timeNs;
  throw new WakerbenchError("USAGE", `--time: "${text}" is no duration of a second or more`, {
    remedy: "write 30s or 2m",
  });
}

function parseSeed(written: unknown): number {
  const seed = parseCount(String(written));
  if (seed !== null && seed <= mostSeed) return seed;
  throw new WakerbenchError("USAGE", `--seed: "${written}" is no whole number up to ${mostSeed}`, {
    remedy: "write a seed that an earlier run printed",
  });
}

/** @throws WakerbenchError USAGE */
export function parseFormat<F extends Named>(written: string, all: readonly F[]): F {
  const known = all.map(({ id }) => id);
  const id = parseChoice("format", written, known);
  return all[known.indexOf(id)] as F;
}

/**
 * The value of a flag that takes one of some words.
 *
 * @throws WakerbenchError USAGE
 */
export function parseChoice<C extends string>(
  flag: string,
  written: unknown,
  choices: readonly C[],
): C {
  const choice = choices.find((one) => one === written);
  if (choice !== undefined) return choice;
  throw new WakerbenchError("USAGE", `--${flag}: "${written}" is none of ${choices.join(", ")}`, {
    remedy: suggestion(String(written), choices) ?? `write one of ${choices.join(", ")}`,
  });
}

/** The longest ending that fits: `.hyperfine.json` before `.json`. A name has something before it. */
function endingOf(path: string, all: readonly Named[]): string | undefined {
  const name = basename(path).toLowerCase();
  return all
    .flatMap(({ extensions }) => extensions)
    .filter((extension) => name.endsWith(extension) && name !== extension)
    .toSorted((one, other) => other.length - one.length)[0];
}

/**
 * A format of one scenario alone cannot hold the results of others.
 *
 * @param scenarios those that are to be run
 * @throws WakerbenchError USAGE
 */
export function rejectForeignExports(
  exports: readonly Export[],
  scenarios: readonly string[],
): void {
  for (const { path, format } of exports) {
    if ("renderAll" in format) continue;
    const { scenario, id } = format;
    if (scenario === undefined || scenarios.includes(scenario)) continue;
    throw new WakerbenchError(
      "USAGE",
      `--export ${path}: the format of ${id} holds runs of ${scenario} alone`,
      {
        remedy: `write wakerbench run ${scenario} --export ${path}, or name a file that ends in .json alone`,
      },
    );
  }
}

/** @throws WakerbenchError USAGE, EXPORT_FAILED */
function parseExport<F extends Named>(path: string, all: readonly F[]): Export<F> {
  const isDirectory = isDirectoryAt(path);
  const extension = endingOf(path, all) ?? extname(path).toLowerCase();
  const whole = all.find(({ extensions }) => extensions.includes("/"));
  if (whole !== undefined && (path.endsWith("/") || (isDirectory && extension === ""))) {
    return { path: makeDirectory("--export", path), format: whole };
  }
  const format = all.find(({ extensions }) => extensions.includes(extension));
  if (format === undefined) {
    throw new WakerbenchError(
      "USAGE",
      `--export ${path}: no format has the ending "${extension}"`,
      { remedy: `end it with one of ${endings(all)}` },
    );
  }
  if (isDirectory) {
    const inside = join(path, `results${extension}`);
    const remedy =
      whole === undefined
        ? `name a file in it: --export ${inside}`
        : `name a file in it, --export ${inside}, or write --export ${path}/ for all formats`;
    throw new WakerbenchError("EXPORT_FAILED", `--export ${path}: this is a directory`, { remedy });
  }
  mustBeWritable(path);
  return { path, format };
}

/** A path through something that is no directory, as `file.json/x`, leads to none. */
function isDirectoryAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** All endings, as help and errors name them. */
function endings(all: readonly Named[]): string {
  return all
    .flatMap(({ extensions }) => extensions)
    .filter((extension) => extension !== "/")
    .join(" ");
}

/** @throws WakerbenchError EXPORT_FAILED */
function mustBeWritable(path: string): void {
  const directory = dirname(path);
  try {
    if (!statSync(directory).isDirectory()) throw new Error(`${directory} is no directory`);
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    const why = messageOf(cause).includes("ENOENT")
      ? "the directory is not there"
      : messageOf(cause);
    throw new WakerbenchError("EXPORT_FAILED", `--export ${path}: ${why}`, {
      remedy: `mkdir -p ${directory}`,
      cause,
    });
  }
}

/** Made now, so that a directory that cannot be had does not cost the run at its end. */
function makeDirectory(flag: string, path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
    return path;
  } catch (cause) {
    throw new WakerbenchError("EXPORT_FAILED", `${flag} ${path}: ${messageOf(cause)}`, {
      remedy: "name a directory that can be written",
      cause,
    });
  }
}
