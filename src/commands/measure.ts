import type { Asked } from "../asked.ts";
import {
  type CompareOptions,
  measure,
  type PreparedComparison,
  prepareComparison,
} from "../compare.ts";
import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { keepInHistory } from "../history/keep.ts";
import { ensureLibrary, isCheckout } from "../native/build.ts";
import { measuredIn, unwatched } from "../parts/part.ts";
import { exportTo, mustBePossible, warningsOfPrinted } from "../report/export.ts";
import { renderVerdict } from "../report/tables.ts";
import type { Results, Series } from "../results/schema.ts";
import { keepLatest, latestPath } from "../results/store.ts";
import { samplesLost, scenarioFailed } from "../run-record.ts";
import { Interrupt } from "../terminal/interrupt.ts";
import { LiveTables } from "../terminal/live-tables.ts";
import { isTerminal, messages, print, styleFor } from "../terminal/output.ts";
import { plotStyleFor } from "../terminal/plot-style.ts";
import { showReport } from "../terminal/show-report.ts";
import { type MeasureFlags, rejectForeignExports } from "./measure-flags.ts";

/** What is to be measured. */
export type MeasureRequest = Pick<CompareOptions, "contenders" | "command" | keyof Asked>;

/** What a command does in a way of its own. */
export type Way = {
  /**
   * What will be done, in words.
   *
   * @throws WakerbenchError where it shall not be done
   */
  plan(prepared: PreparedComparison): string;
  measure(
    prepared: PreparedComparison,
    flags: MeasureFlags,
    interrupt: Interrupt,
  ): Promise<Results>;
  /** Tables and words for the terminal. */
  render: typeof renderVerdict;
  /** Whether what came to nothing makes the exit status 1. */
  hasFailed(results: Results, prepared: PreparedComparison): boolean;
  /** Behind all that is printed: what else becomes of the results. */
  end(results: Results, flags: MeasureFlags): Promise<void>;
};

/** Warnings of a run that make its exit status 1. */
const failureCodes = new Set([samplesLost, scenarioFailed]);

const usualWay: Way = {
  plan: describePlan,
  measure: measureLive,
  render: renderVerdict,
  hasFailed: (results, prepared) => allFailed(results) || namedFailed(results, prepared),
  async end(results, { isOpened }) {
    if (isOpened) await showReport(results);
  },
};

/**
 * Prepares, measures, keeps and prints: what all commands that measure have in common.
 *
 * @returns the exit status
 * @throws WakerbenchError before anything is measured
 */
export async function measureAndReport(
  request: MeasureRequest,
  flags: MeasureFlags,
  way: Way = usualWay,
): Promise<number> {
  const { timeNs, seed, runtimes, relativeTo, samplesDirectory } = flags;
  const options = { ...request, timeNs, seed, runtimes, relativeTo, samplesDirectory };
  const say = flags.isQuiet ? () => {} : (line: string) => messages.log(line);
  if (isCheckout()) ensureLibrary({ log: (line) => messages.log(line) });
  const prepared = await prepareComparison(options);
  rejectForeignExports(
    flags.exports,
    prepared.parts.map(({ scenario }) => scenario),
  );
  await mustBePossible(flags.exports);
  using interrupt = new Interrupt();
  say(way.plan(prepared));
  for (const { message, remedy } of prepared.environment.warnings) {
    say(`warning: ${message}\n    try: ${remedy}`);
  }
  const results = await way.measure(prepared, flags, interrupt);
  const isKept = keep(results, say);
  const failures = results.environment.warnings
    .filter(({ code }) => failureCodes.has(code))
    .map(({ message, remedy }) => `error: ${message}\n  try: ${remedy}`);
  const remedy = isKept
    ? `the run is kept as ${latestPath()}; export it again where there is room`
    : "make room there, and measure again";
  for (const one of flags.exports) {
    const exported = await exportTo(one, results, remedy);
    exported.warnings.forEach(say);
    failures.push(...exported.failures);
  }
  if (results.partial) messages.log("interrupted: these are the results so far, marked partial");
  const kept = keepInHistory(flags.history, results, isKept, say);
  try {
    await print(await render(results, prepared, flags, way));
  } finally {
    await kept;
  }
  for (const warning of await warningsOfPrinted(flags.format, results)) say(warning);
  for (const failure of failures) messages.log(failure);
  await way.end(results, flags);
  if (results.partial) return interrupt.exitStatus;
  return failures.length > 0 || way.hasFailed(results, prepared) ? 1 : 0;
}

/** A line for each scenario: what will be done, and how long it will take. */
function describePlan({ parts, options }: PreparedComparison): string {
  const lines = parts.map((part) => {
    const { work, durationNs } = part.forecast();
    const time = formatDuration(Math.max(1e9, durationNs));
    return `${part.scenario}: ${work}, about ${time} (seed ${options.seed})`;
  });
  return lines.join("\n");
}

async function measureLive(
  prepared: PreparedComparison,
  flags: MeasureFlags,
  interrupt: Interrupt,
): Promise<Results> {
  if (flags.isQuiet || !isTerminal(process.stderr))
    return measure(prepared, unwatched, interrupt.signal);
  using tables = new LiveTables(process.stderr, styleFor(process.stderr));
  return await measure(prepared, tables, interrupt.signal);
}

async function render(
  results: Results,
  prepared: PreparedComparison,
  flags: MeasureFlags,
  way: Way,
): Promise<string> {
  if (flags.format.id !== "table") return flags.format.render(results);
  const style = { ...styleFor(process.stdout), plot: plotStyleFor(flags.plot, process.stdout) };
  return way.render(results, measuredIn(prepared.parts), style);
}

/** Keeps the run as `latest`, if it can. A home that cannot be written costs a warning, not the results. */
function keep(results: Results, say: (line: string) => void): boolean {
  try {
    keepLatest(results);
    return true;
  } catch (error) {
    const path = latestPath();
    say(`warning: the run could not be kept as ${path}: ${messageOf(error)}`);
    say("    try: set WAKERBENCH_DATA_DIR to a directory that can be written");
    return false;
  }
}

/** Whether nothing came through, whoever was asked for: a script must not take that for a run. */
function allFailed({ series }: Results): boolean {
  return series.every(({ status }) => status !== "ok");
}

/**
 * Whether a contender that was asked for by name did not come through. One that cannot be flooded is
 * no failure of a comparison, whose floods nobody asked for by name.
 */
function namedFailed(results: Results, prepared: PreparedComparison): boolean {
  const subjects = prepared.parts.flatMap((part) => part.subjects);
  const hasWakes = prepared.parts.some(({ scenario }) => scenario === "wake");
  const named = new Set(subjects.filter(({ isNamed }) => isNamed).map(({ label }) => label));
  const isExcused = ({ scenario, status }: Series) =>
    scenario === "burst" && status === "unsupported" && hasWakes;
  return results.series.some(
    (series) =>
      series.status !== "ok" &&
      !isExcused(series) &&
      (named.has(series.contender) || named.has(series.contender.replace(/:via=.*/, ""))),
  );
}
