import type { PreparedComparison } from "../compare.ts";
import { formatSpan } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { type Part, unwatched } from "../parts/part.ts";
import { plural } from "../report/format.ts";
import { renderSuite } from "../report/suite-text.ts";
import type { Results } from "../results/schema.ts";
import {
  keepSuite,
  readUnfinishedSuite,
  SuiteLock,
  setUnfinishedAside,
  suitePath,
} from "../results/suite-store.ts";
import { measureSuite } from "../suite.ts";
import { checkResumable, checkVersion } from "../suite-resume.ts";
import type { Interrupt } from "../terminal/interrupt.ts";
import { LiveTables } from "../terminal/live-tables.ts";
import { isTerminal, messages, styleFor } from "../terminal/output.ts";
import { keepPage, showReport } from "../terminal/show-report.ts";
import { type MeasureRequest, measureAndReport, type Way } from "./measure.ts";
import type { MeasureFlags } from "./measure-flags.ts";

/** What a suite is asked for. */
export type SuiteRequest = { readonly request: MeasureRequest; readonly flags: MeasureFlags };

/**
 * Measures a suite from its beginning.
 *
 * @returns the exit status
 * @throws WakerbenchError before anything is measured, SUITE_RUNNING among others
 */
export async function runSuite({ request, flags }: SuiteRequest): Promise<number> {
  using _lock = SuiteLock.take();
  return await measureAndReport(request, flags, wayOf(null));
}

/**
 * Goes on with the last suite.
 *
 * @param requestOf what it was asked for, by what is kept of it
 * @returns the exit status
 * @throws WakerbenchError RESUME_IMPOSSIBLE among others
 */
export async function resumeSuite(requestOf: (begun: Results) => SuiteRequest): Promise<number> {
  using _lock = SuiteLock.take();
  const earlier = await readUnfinishedSuite();
  checkVersion(earlier);
  const { request, flags } = requestOf(earlier);
  return await measureAndReport(request, flags, wayOf(earlier));
}

function wayOf(earlier: Results | null): Way {
  const isWhole = ({ scenario }: Part) =>
    earlier?.scenarios?.some(({ id, status }) => id === scenario && status === "whole") === true;
  return {
    plan(prepared) {
      if (earlier !== null) checkResumable(earlier, prepared);
      return describeSuite(prepared, isWhole);
    },
    async measure(prepared, flags, interrupt) {
      const aside = earlier === null ? await setUnfinishedAside() : null;
      if (aside !== null)
        messages.log(`the suite before this one was not finished: it is ${aside}`);
      const results = await measureLive(prepared, flags, interrupt, earlier);
      keep(results);
      return results;
    },
    render: renderSuite,
    hasFailed: ({ scenarios = [] }) => scenarios.some(({ status }) => status === "failed"),
    end: tellOfReport,
  };
}

/** Where everything is; a page that cannot be had costs a warning. */
async function tellOfReport(results: Results, flags: MeasureFlags): Promise<void> {
  if (!flags.isQuiet) messages.log(`results: ${suitePath()}`);
  if (results.partial) messages.log("to go on with it: wakerbench suite --resume");
  if (flags.isOpened) return showReport(results);
  try {
    const path = await keepPage(results);
    if (!flags.isQuiet) messages.log(`report: ${path}`);
  } catch (error) {
    messages.log(`warning: the report could not be written: ${messageOf(error)}`);
    messages.log("    try: wakerbench report --export report.html");
  }
}

/** The whole in one line, then a line for each scenario that will be measured. */
function describeSuite(
  { parts, options }: PreparedComparison,
  isWhole: (part: Part) => boolean,
): string {
  const left = parts.filter((part) => !isWhole(part));
  const width = Math.max(...parts.map(({ scenario }) => scenario.length));
  const lines = left.map((part) => {
    const { work, durationNs } = part.forecast();
    return `  ${part.scenario.padEnd(width)}  ${work}, about ${formatSpan(durationNs)}`;
  });
  const count = plural(parts.length, "scenario");
  const what = left.length === parts.length ? count : `${left.length} of ${count} are left`;
  const time = formatSpan(forecastNs(left));
  return [`suite: ${what}, about ${time} (seed ${options.seed})`, ...lines].join("\n");
}

function forecastNs(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.forecast().durationNs, 0);
}

async function measureLive(
  prepared: PreparedComparison,
  { isQuiet }: MeasureFlags,
  { signal }: Interrupt,
  earlier: Results | null,
): Promise<Results> {
  const { parts } = prepared;
  const isDrawn = !isQuiet && isTerminal(process.stderr);
  let laterNs = 0;
  const sayLeft = (leftNs: number) =>
    `about ${formatSpan(leftNs)} left, ${formatSpan(leftNs + laterNs)} of the suite`;
  using tables = new LiveTables(process.stderr, styleFor(process.stderr), sayLeft);
  const watcher = {
    visits: isDrawn ? tables : unwatched,
    begin(part: Part) {
      const index = parts.indexOf(part);
      laterNs = forecastNs(parts.slice(index + 1));
      tables[Symbol.dispose]();
      const about = formatSpan(part.forecast().durationNs + laterNs);
      const standing = `${index + 1} of ${parts.length}`;
      if (!isQuiet) messages.log(`${standing}: ${part.scenario}, about ${about} left of the suite`);
    },
    keep,
  };
  return await measureSuite(prepared, watcher, signal, earlier);
}

/** A disk that is full costs a warning; what was kept before stands. */
function keep(results: Results): void {
  try {
    keepSuite(results);
  } catch (error) {
    messages.log(`warning: the suite could not be kept as ${suitePath()}: ${messageOf(error)}`);
    messages.log("    try: make room there");
  }
}
