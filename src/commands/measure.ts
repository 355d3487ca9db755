import type { Approach } from "../approaches/approach.ts";
import {
  type CompareOptions,
  measure,
  type PreparedComparison,
  prepareComparison,
  samplesLost,
  unwatched,
  type Watcher,
} from "../compare.ts";
import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { ensureLibrary, isCheckout } from "../native/build.ts";
import { formatCount, plural } from "../report/format.ts";
import { renderVerdict } from "../report/tables.ts";
import type { Results, Series } from "../results/schema.ts";
import { keepLatest, latestPath, writeWhole } from "../results/store.ts";
import { type BurstSetup, forecastBurst } from "../runner/burst-run.ts";
import { type DispatchSetup, forecastDispatch } from "../runner/dispatch-run.ts";
import type { Subject } from "../runner/subject.ts";
import { forecast, type WakeSetup } from "../runner/wake-run.ts";
import { forecastWorkload, type WorkloadSetup } from "../runner/workload-run.ts";
import { CallTable } from "../terminal/call-progress.ts";
import { FloodTable } from "../terminal/flood-progress.ts";
import { Interrupt } from "../terminal/interrupt.ts";
import { isTerminal, messages, print, styleFor } from "../terminal/output.ts";
import { LiveTable } from "../terminal/progress.ts";
import { WorkTable } from "../terminal/work-progress.ts";
import { type Export, type MeasureFlags, rejectForeignExports } from "./measure-flags.ts";

/** The scenarios that a command asks for, each with its parameters. */
export type Asked = Pick<CompareOptions, "wake" | "burst" | "dispatch" | "workload">;

/**
 * Prepares, measures, keeps and prints: what `compare` and `run` have in common.
 *
 * @returns the exit status
 * @throws WakerbenchError before anything is measured
 */
export async function measureAndReport(
  request: Pick<CompareOptions, "contenders" | "command" | keyof Asked>,
  flags: MeasureFlags,
): Promise<number> {
  const { timeNs, seed, runtimes, relativeTo, samplesDirectory } = flags;
  rejectForeignExports(flags.exports, scenariosOf(request));
  const options = { ...request, timeNs, seed, runtimes, relativeTo, samplesDirectory };
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
  if (results.partial) return interrupt.exitStatus;
  return failures.length > 0 || allFailed(results) || namedFailed(results, prepared) ? 1 : 0;
}

/** Those that are asked for, by their ids. */
function scenariosOf({ wake, burst, dispatch, workload }: Asked): string[] {
  return [
    ...(wake === null ? [] : ["wake"]),
    ...(burst === null ? [] : ["burst"]),
    ...(dispatch === null ? [] : ["dispatch"]),
    ...(workload === null ? [] : [workload.id]),
  ];
}

/** A line for each scenario: what will be done, and how long it will take. */
function describePlan(prepared: PreparedComparison): string {
  const { wake, burst, dispatch, workload, options } = prepared;
  const seed = `(seed ${options.seed})`;
  const lines = [
    ...(wake === null ? [] : [describeWakes(wake)]),
    ...(burst === null ? [] : [describeFloods(burst)]),
    ...(dispatch === null ? [] : [describeCalls(dispatch)]),
    ...(workload === null ? [] : [describeWork(workload)]),
  ];
  return lines.map((line) => `${line} ${seed}`).join("\n");
}

function describeWakes(setup: WakeSetup): string {
  const { wakes, durationNs } = forecast(setup);
  const parts = [
    plural(contendersOf(setup.subjects), "contender"),
    plural(setup.placements.length, "placement"),
    plural(setup.rounds, "round"),
  ];
  const { ratePerSecond } = setup;
  const pace = ratePerSecond === null ? "" : ` at ${formatCount(ratePerSecond)} a second`;
  return `wake: ${parts.join(" × ")} of about ${plural(wakes, "wake")}${pace}, ${aboutSeconds(durationNs)}`;
}

function describeFloods(setup: BurstSetup): string {
  const { rounds, basicNs, durationNs } = forecastBurst(setup);
  const [last, ...others] = setup.threads.toReversed();
  const threads = `${[others.toReversed().join(", "), last].filter(Boolean).join(" and ")} ${last === 1 ? "thread" : "threads"}`;
  const parts = [
    `${plural(contendersOf(setup.subjects), "contender")} from ${threads}`,
    plural(rounds, "round"),
  ];
  return `burst: ${parts.join(" × ")} of floods of ${formatDuration(basicNs)} or more, ${aboutSeconds(durationNs)}`;
}

function describeCalls(setup: DispatchSetup): string {
  const { calls, durationNs } = forecastDispatch(setup);
  const cases = setup.rows.filter((row) => row.case !== "plain").length;
  const parts = [
    plural(contendersOf(setup.subjects), "contender"),
    plural(setup.placements.length, "placement"),
    `${plural(setup.rounds, "round")} of ${plural(calls, "call")}`,
  ];
  const beside = cases === 0 ? "" : `, and ${plural(cases, "row")} of what completeness costs`;
  return `dispatch: ${parts.join(" × ")}${beside}, ${aboutSeconds(durationNs)}`;
}

function describeWork(setup: WorkloadSetup): string {
  const { scenario, subjects, rows, rounds, warmupRounds } = setup;
  const cases = new Set(rows.map((row) => row.case)).size;
  const warmup = warmupRounds === 0 ? "" : `, and ${plural(warmupRounds, "round")} before`;
  const parts = [
    plural(contendersOf(subjects), "contender"),
    ...(cases === 1 ? [] : [plural(cases, "case")]),
    plural(rounds, "round"),
  ];
  return `${scenario}: ${parts.join(" × ")}${warmup}, ${aboutSeconds(forecastWorkload(setup))}`;
}

function contendersOf(subjects: readonly Subject<Approach>[]): number {
  return subjects.filter(({ isControl }) => !isControl).length;
}

function aboutSeconds(durationNs: number): string {
  return `about ${formatDuration(Math.max(1e9, durationNs))}`;
}

async function measureLive(
  prepared: PreparedComparison,
  flags: MeasureFlags,
  interrupt: Interrupt,
): Promise<Results> {
  if (flags.isQuiet || !isTerminal(process.stderr))
    return measure(prepared, unwatched, interrupt.signal);
  const style = styleFor(process.stderr);
  using wakes = new LiveTable(process.stderr, style);
  using floods = new FloodTable(process.stderr, style);
  using calls = new CallTable(process.stderr, style);
  using works = new WorkTable(process.stderr, style);
  const watcher: Watcher = {
    wake: wakes.update,
    burst(progress) {
      // The floods' table takes the place of the other one.
      wakes[Symbol.dispose]();
      floods.update(progress);
    },
    dispatch(progress) {
      wakes[Symbol.dispose]();
      floods[Symbol.dispose]();
      calls.update(progress);
    },
    workload: works.update,
  };
  return await measure(prepared, watcher, interrupt.signal);
}

async function render(
  results: Results,
  prepared: PreparedComparison,
  flags: MeasureFlags,
): Promise<string> {
  if (flags.format.id !== "table") return flags.format.render(results);
  const { wake, burst, dispatch, workload } = prepared;
  const measured = {
    wakers: approachesOf([...(wake?.subjects ?? []), ...(burst?.subjects ?? [])]),
    dispatchers: approachesOf(dispatch?.subjects ?? []),
    others: approachesOf(workload?.subjects ?? []),
  };
  return renderVerdict(results, measured, styleFor(process.stdout));
}

/** Each once. */
function approachesOf<A extends Approach>(subjects: readonly Subject<A>[]): A[] {
  return [...new Map(subjects.map(({ approach }) => [approach.id, approach])).values()];
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

function subjectsOf(prepared: PreparedComparison): readonly Subject<Approach>[] {
  const { wake, burst, dispatch, workload } = prepared;
  return [wake, burst, dispatch, workload].flatMap(
    (setup): readonly Subject<Approach>[] => setup?.subjects ?? [],
  );
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
  const subjects = subjectsOf(prepared);
  const named = new Set(subjects.filter(({ isNamed }) => isNamed).map(({ label }) => label));
  const isExcused = ({ scenario, status }: Series) =>
    scenario === "burst" && status === "unsupported" && prepared.wake !== null;
  return results.series.some(
    (series) =>
      series.status !== "ok" &&
      !isExcused(series) &&
      (named.has(series.contender) || named.has(series.contender.replace(/:via=.*/, ""))),
  );
}
