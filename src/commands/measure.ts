import {
  type CompareOptions,
  measure,
  type PreparedComparison,
  prepareComparison,
  samplesLost,
} from "../compare.ts";
import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { ensureLibrary, isCheckout } from "../native/build.ts";
import { formatCount, plural } from "../report/format.ts";
import { renderVerdict } from "../report/tables.ts";
import type { Results } from "../results/schema.ts";
import { keepLatest, latestPath, writeWhole } from "../results/store.ts";
import { forecast, type Progress } from "../runner/wake-run.ts";
import { Interrupt } from "../terminal/interrupt.ts";
import { messages, print, styleFor } from "../terminal/output.ts";
import { LiveTable } from "../terminal/progress.ts";
import type { Export, MeasureFlags } from "./measure-flags.ts";

const interruptedStatus = 130;

/**
 * Prepares, measures, keeps and prints: what `compare` and `run` have in common.
 *
 * @returns the exit status
 * @throws WakerbenchError before anything is measured
 */
export async function measureAndReport(
  options: CompareOptions,
  flags: MeasureFlags,
): Promise<number> {
  const say = flags.isQuiet ? () => {} : (line: string) => messages.log(line);
  if (isCheckout()) ensureLibrary({ log: (line) => messages.log(line) });
  const prepared = await prepareComparison(options);
  using interrupt = new Interrupt();
  say(describePlan(prepared));
  for (const { message, remedy } of prepared.environment.warnings) {
    say(`warning: ${message}\n    try: ${remedy}`);
  }
  const results = await measureLive(prepared, flags, interrupt);
  keep(results, say);
  const failures = results.environment.warnings
    .filter(({ code }) => code === samplesLost)
    .map(({ message, remedy }) => `error: ${message}\n  try: ${remedy}`);
  for (const one of flags.exports) failures.push(...(await exportTo(one, results)));
  if (results.partial) messages.log("interrupted: these are the results so far, marked partial");
  await print(await render(results, prepared, flags));
  for (const failure of failures) messages.log(failure);
  if (results.partial) return interrupt.exitStatus ?? interruptedStatus;
  return failures.length > 0 || namedFailed(results, prepared) ? 1 : 0;
}

function describePlan({ setup, options }: PreparedComparison): string {
  const { wakes, durationNs } = forecast(setup);
  const rows = setup.subjects.filter(({ isControl }) => !isControl).length;
  const parts = [
    plural(rows, "contender"),
    plural(setup.placements.length, "placement"),
    plural(setup.rounds, "round"),
  ];
  const seconds = formatDuration(Math.max(1e9, durationNs));
  const { ratePerSecond } = setup;
  const pace = ratePerSecond === null ? "" : ` at ${formatCount(ratePerSecond)} a second`;
  return `wake: ${parts.join(" × ")} of about ${plural(wakes, "wake")}${pace}, about ${seconds} (seed ${options.seed})`;
}

async function measureLive(
  prepared: PreparedComparison,
  flags: MeasureFlags,
  interrupt: Interrupt,
): Promise<Results> {
  const isLive = process.stderr.isTTY === true && !flags.isQuiet && process.env.TERM !== "dumb";
  if (!isLive) return measure(prepared, () => {}, interrupt.signal);
  using live = new LiveTable(process.stderr, styleFor(process.stderr));
  const update = (progress: Progress) => live.update(progress);
  return await measure(prepared, update, interrupt.signal);
}

async function render(
  results: Results,
  prepared: PreparedComparison,
  flags: MeasureFlags,
): Promise<string> {
  if (flags.format.id !== "table") return flags.format.render(results);
  const wakers = new Map(prepared.setup.subjects.map(({ waker }) => [waker.id, waker]));
  return renderVerdict(results, [...wakers.values()], styleFor(process.stdout));
}

/** Keeps the run as `latest`. A home that cannot be written costs a warning, not the results. */
function keep(results: Results, say: (line: string) => void): void {
  try {
    keepLatest(results);
  } catch (error) {
    const path = latestPath();
    say(`warning: the run could not be kept as ${path}: ${messageOf(error)}`);
    say("    try: set WAKERBENCH_DATA_DIR to a directory that can be written");
  }
}

async function exportTo({ path, format }: Export, results: Results): Promise<string[]> {
  try {
    writeWhole(path, await format.render(results));
    return [];
  } catch (error) {
    return [
      `error: --export ${path}: ${messageOf(error)}`,
      `  try: the run is kept as ${latestPath()}; export it again where there is room`,
    ];
  }
}

/** Whether a contender that was asked for by name did not come through. */
function namedFailed(results: Results, { setup }: PreparedComparison): boolean {
  const named = new Set(setup.subjects.filter(({ isNamed }) => isNamed).map(({ label }) => label));
  return results.series.some(
    ({ contender, status }) => status !== "ok" && named.has(contender.replace(/:via=.*/, "")),
  );
}
