import { availableParallelism } from "node:os";
import packageJson from "../package.json" with { type: "json" };
import type { Approach } from "./approaches/approach.ts";
import { setupDispatch } from "./dispatch-setup.ts";
import { WakerbenchError } from "./errors.ts";
import { findLibrary, loadLibrary, type Native } from "./native/library.ts";
import { allowedCores } from "./native/placing.ts";
import { siblingsOf } from "./native/siblings.ts";
import { choosePlacements } from "./plan/placement.ts";
import { usualRounds } from "./plan/plan.ts";
import { assembleWake } from "./results/assemble.ts";
import { assembleBurst } from "./results/assemble-burst.ts";
import { assembleDispatch } from "./results/assemble-dispatch.ts";
import { assembleWorkload } from "./results/assemble-workload.ts";
import { describeEnvironment } from "./results/environment.ts";
import type { RawSamples } from "./results/rows.ts";
import { writeSamples } from "./results/samples.ts";
import type { Environment, Results, Series, Warning } from "./results/schema.ts";
import { type BurstProgress, type BurstSetup, runBurst } from "./runner/burst-run.ts";
import { type DispatchProgress, type DispatchSetup, runDispatch } from "./runner/dispatch-run.ts";
import type { Subject } from "./runner/subject.ts";
import { type Progress, runWake, type WakeSetup } from "./runner/wake-run.ts";
import { runWorkload, type WorkloadProgress, type WorkloadSetup } from "./runner/workload-run.ts";
import { burst } from "./scenarios/burst.ts";
import type { BurstParameters } from "./scenarios/burst-parameters.ts";
import type { DispatchParameters } from "./scenarios/dispatch-parameters.ts";
import { rejectRateConflicts } from "./scenarios/rate-conflicts.ts";
import { wake } from "./scenarios/wake.ts";
import { closedLoopDefaults, type WakeParameters } from "./scenarios/wake-parameters.ts";
import { checkReference, findSubjects, withNoise, withoutWaker } from "./subjects.ts";
import type { Waker } from "./wakers/waker.ts";
import { type AskedWorkload, setupWorkload } from "./workload-setup.ts";

/** What a comparison is asked for. */
export type CompareOptions = {
  /** As on the command line; empty: the scenarios' own; `all`: every waker of this platform. */
  readonly contenders: readonly string[];
  /** `bun`, or the path of a Bun executable. */
  readonly runtimes: readonly string[];
  /** Parameters of the scenario `wake`; null: it is left out. */
  readonly wake: WakeParameters | null;
  /** Parameters of the scenario `burst`; null: it is left out. */
  readonly burst: BurstParameters | null;
  /** Parameters of the scenario `dispatch`; null: it is left out. */
  readonly dispatch: DispatchParameters | null;
  /** One of the workloads with its parameters; null: none. */
  readonly workload: AskedWorkload | null;
  /** Budget of the whole comparison, nanoseconds; calls and workloads are counted, and have none. */
  readonly timeNs: number;
  readonly seed: number;
  /** Label of the contender that ratios refer to; null: each scenario's usual one. */
  readonly relativeTo: string | null;
  /** Where every raw sample is kept, or null. */
  readonly samplesDirectory: string | null;
  /** The command line, for the record. */
  readonly command: readonly string[];
};

/** The warning of a run whose raw samples could not be written. */
export const samplesLost = "SAMPLES_LOST";

export type PreparedComparison = {
  readonly options: CompareOptions;
  /** Null: the scenario is left out. */
  readonly wake: WakeSetup | null;
  readonly burst: BurstSetup | null;
  readonly dispatch: DispatchSetup | null;
  readonly workload: WorkloadSetup | null;
  readonly environment: Environment;
};

/** Is told after every visit. */
export type Watcher = {
  wake(progress: Progress): void;
  burst(progress: BurstProgress): void;
  dispatch(progress: DispatchProgress): void;
  workload(progress: WorkloadProgress): void;
};

/** Watches nothing. */
export const unwatched: Watcher = { wake() {}, burst() {}, dispatch() {}, workload() {} };

/** Of the whole time, when single wakes are measured too. */
const burstShare = 1 / 3;

/**
 * Finds everything that a comparison needs, before anything is measured.
 *
 * @throws WakerbenchError for whatever is wrong with the options or missing on the machine
 */
export async function prepareComparison(options: CompareOptions): Promise<PreparedComparison> {
  const libraryPath = findLibrary();
  const native = loadLibrary(libraryPath);
  const both = options.wake !== null && options.burst !== null;
  const burstTimeNs = both ? options.timeNs * burstShare : options.timeNs;
  const flooded = await setupBurst(options, burstTimeNs, libraryPath);
  const wakeTimeNs = flooded === null ? options.timeNs : options.timeNs - burstTimeNs;
  const single = await setupWake(options, wakeTimeNs, libraryPath, native);
  const called = await setupDispatch(options, libraryPath, native);
  const working = await setupOther(options, libraryPath, native);
  const setups = [single, flooded, called, working];
  const subjects = setups.flatMap((setup): readonly Subject<Approach>[] => setup?.subjects ?? []);
  checkReference(options.relativeTo, subjects);
  const environment = describeEnvironment(native);
  return {
    options,
    environment,
    wake: single,
    burst: flooded,
    dispatch: called,
    workload: working,
  };
}

async function setupOther(
  { workload: asked, contenders, runtimes, seed }: CompareOptions,
  libraryPath: string,
  native: Native,
): Promise<WorkloadSetup | null> {
  if (asked === null) return null;
  const cores = [...allowedCores(native)];
  return setupWorkload(asked, { contenders, runtimes, seed, libraryPath, cores });
}

async function setupWake(
  options: CompareOptions,
  timeNs: number,
  libraryPath: string,
  native: Native,
): Promise<WakeSetup | null> {
  const { contenders, runtimes, wake: parameters, seed } = options;
  if (parameters === null) return null;
  rejectRateConflicts(parameters);
  const asked = {
    contenders,
    usual: wake.defaultContenders,
    runtimes,
    catalogue: wake.catalogue,
    isSuitable: (waker: Waker) => parameters.rate === undefined || isNative(waker),
  };
  return {
    subjects: withNoise(await findSubjects(asked)),
    placements: choosePlacements(parameters.placement, [...allowedCores(native)], siblingsOf),
    loop: parameters.loop,
    spawn: parameters.spawn,
    before: parameters.before ?? closedLoopDefaults.before,
    gapNs: parameters.gap ?? closedLoopDefaults.gapNs,
    ratePerSecond: parameters.rate ?? null,
    stages: parameters.stages,
    ...roundsOf(parameters, timeNs),
    wakes: parameters.wakes ?? null,
    warmupWakes: parameters["warmup-wakes"],
    timeNs,
    seed,
    libraryPath,
  };
}

/** Rounds and wakes that were asked for are all made, however long they take. */
function roundsOf(
  { rounds, wakes }: WakeParameters,
  timeNs: number,
): Pick<WakeSetup, "rounds" | "leastRounds"> {
  const { planned, least } = usualRounds(timeNs);
  const count = rounds ?? planned;
  const isFixed = rounds !== undefined || wakes !== undefined;
  return { rounds: count, leastRounds: isFixed ? count : least };
}

function isNative({ traits }: Waker): boolean {
  return traits.native;
}

async function setupBurst(
  options: CompareOptions,
  timeNs: number,
  libraryPath: string,
): Promise<BurstSetup | null> {
  const { contenders, runtimes, burst: parameters, seed } = options;
  if (parameters === null) return null;
  const usual = burst.defaultContenders;
  const found = await findSubjects({
    catalogue: burst.catalogue,
    contenders,
    usual,
    runtimes,
    isSuitable: isNative,
  });
  // Where floods are one half of a comparison, what no thread can ring is left out of them.
  const subjects =
    options.wake === null ? found : found.filter(({ approach }) => isNative(approach));
  if (subjects.length === 0) return null;
  return {
    subjects: withoutWaker(subjects),
    threads: parameters.threads,
    producers: parameters.producers,
    gapNs: parameters.gap,
    payloadBytes: parameters.payload,
    cores: availableParallelism(),
    rounds: parameters.rounds ?? null,
    floodNs: parameters.flood ?? null,
    timeNs,
    seed,
    libraryPath,
  };
}

/**
 * Measures, and returns the results. Whatever was measured before `signal` aborts is in them, marked
 * partial.
 */
export async function measure(
  prepared: PreparedComparison,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Results> {
  const { options, environment } = prepared;
  const startedAt = new Date();
  const startNs = Bun.nanoseconds();
  const assembled: RawSamples[] = [];
  if (prepared.wake !== null) {
    const run = await runWake(prepared.wake, watcher.wake, signal);
    assembled.push(...assembleWake(run, wakeReference(options.relativeTo, prepared.wake)));
  }
  if (prepared.burst !== null && !signal.aborted) {
    // What single wakes took too long is taken from the floods, so that the whole keeps its time.
    const leftNs = Math.max(0, options.timeNs - (Bun.nanoseconds() - startNs));
    const setup = { ...prepared.burst, timeNs: Math.min(prepared.burst.timeNs, leftNs) };
    const run = await runBurst(setup, watcher.burst, signal);
    assembled.push(...assembleBurst(run, options.relativeTo));
  }
  if (prepared.dispatch !== null && !signal.aborted) {
    const run = await runDispatch(prepared.dispatch, watcher.dispatch, signal);
    assembled.push(...assembleDispatch(run, options.relativeTo));
  }
  if (prepared.workload !== null && !signal.aborted) {
    const run = await runWorkload(prepared.workload, watcher.workload, signal);
    assembled.push(...assembleWorkload(run, options.relativeTo));
  }
  const durationMs = (Bun.nanoseconds() - startNs) / 1e6;
  const { series, warnings } = keepSamples(assembled, options.samplesDirectory);
  return {
    schemaVersion: 1,
    tool: { name: "wakerbench", version: packageJson.version },
    startedAt: startedAt.toISOString(),
    durationMs,
    partial: signal.aborted,
    seed: options.seed,
    command: [...options.command],
    options: resolvedOptions(prepared),
    environment: { ...environment, warnings: [...environment.warnings, ...warnings] },
    series,
  };
}

/** The one that was named, where it takes part, else the first. */
function wakeReference(relativeTo: string | null, { subjects }: WakeSetup): string {
  const labels = subjects.map(({ label }) => label);
  return relativeTo !== null && labels.includes(relativeTo) ? relativeTo : (labels[0] ?? "");
}

/** The parameters of each scenario that ran, with its share of the time. */
function resolvedOptions({ options, wake: single, burst: flooded }: PreparedComparison) {
  return {
    ...(single === null
      ? {}
      : { wake: { ...resolvedWake(options, single), timeNs: single.timeNs } }),
    ...(flooded === null ? {} : { burst: { ...options.burst, timeNs: flooded.timeNs } }),
    ...(options.dispatch === null ? {} : { dispatch: options.dispatch }),
    ...(options.workload === null ? {} : { [options.workload.id]: options.workload.parameters }),
  };
}

/** The parameters with what was left to the scenario. */
function resolvedWake({ wake: parameters }: CompareOptions, setup: WakeSetup) {
  const resolved = { ...parameters, rounds: setup.rounds };
  if (setup.ratePerSecond !== null) return resolved;
  return { ...resolved, gap: setup.gapNs, before: setup.before };
}

/** Raw samples that cannot be written are told of, and cost no results. */
function keepSamples(
  assembled: readonly RawSamples[],
  directory: string | null,
): { series: Series[]; warnings: Warning[] } {
  const series = assembled.map((one) => one.series);
  if (directory === null) return { series, warnings: [] };
  try {
    return {
      series: assembled.map((one, index) => writeSamples(directory, one, index)),
      warnings: [],
    };
  } catch (error) {
    if (!(error instanceof WakerbenchError)) throw error;
    const { message, remedy } = error;
    return { series, warnings: [{ code: samplesLost, message, remedy }] };
  }
}
