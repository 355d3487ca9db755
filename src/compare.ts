import { resolve } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { WakerbenchError } from "./errors.ts";
import { findLibrary, loadLibrary } from "./native/library.ts";
import { allowedCores } from "./native/placing.ts";
import { siblingsOf } from "./native/siblings.ts";
import { type Contender, parseContender } from "./plan/contender.ts";
import { choosePlacements } from "./plan/placement.ts";
import { assembleWake } from "./results/assemble.ts";
import { describeEnvironment } from "./results/environment.ts";
import type { RawSamples } from "./results/rows.ts";
import { writeSamples } from "./results/samples.ts";
import type { Environment, Results, Series, Warning } from "./results/schema.ts";
import type { Subject } from "./runner/subject.ts";
import { type Progress, runWake, type WakeSetup } from "./runner/wake-run.ts";
import { findRuntime } from "./runtimes/find.ts";
import type { Runtime } from "./runtimes/runtime.ts";
import { rejectRateConflicts } from "./scenarios/rate-conflicts.ts";
import { wake } from "./scenarios/wake.ts";
import { closedLoopDefaults, type WakeParameters } from "./scenarios/wake-parameters.ts";
import { findWaker, isWakerFile } from "./wakers/find.ts";
import { wakers } from "./wakers/index.ts";
import { checkParameters, contendersOf } from "./wakers/parameters.ts";
import type { Waker } from "./wakers/waker.ts";

/** What a comparison is asked for. */
export type CompareOptions = {
  /** As on the command line; empty: the scenario's own; `all`: every waker of this platform. */
  readonly contenders: readonly string[];
  /** `bun`, or the path of a Bun executable. */
  readonly runtimes: readonly string[];
  readonly parameters: WakeParameters;
  /** Budget of the whole comparison, nanoseconds. */
  readonly timeNs: number;
  readonly seed: number;
  /** Label of the contender that ratios refer to; null: the first. */
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
  readonly setup: WakeSetup;
  readonly relativeTo: string;
  readonly environment: Environment;
};

/**
 * Finds everything that a comparison needs, before anything is measured.
 *
 * @throws WakerbenchError for whatever is wrong with the options or missing on the machine
 */
export async function prepareComparison(options: CompareOptions): Promise<PreparedComparison> {
  const libraryPath = findLibrary();
  const native = loadLibrary(libraryPath);
  const { parameters } = options;
  rejectRateConflicts(parameters);
  const subjects = await findSubjects(options);
  return {
    options,
    environment: describeEnvironment(native),
    relativeTo: referenceOf(options.relativeTo, subjects),
    setup: {
      subjects,
      placements: choosePlacements(parameters.placement, [...allowedCores(native)], siblingsOf),
      loop: parameters.loop,
      spawn: parameters.spawn,
      before: parameters.before ?? closedLoopDefaults.before,
      gapNs: parameters.gap ?? closedLoopDefaults.gapNs,
      ratePerSecond: parameters.rate ?? null,
      stages: parameters.stages,
      rounds: parameters.rounds,
      wakes: parameters.wakes ?? null,
      warmupWakes: parameters["warmup-wakes"],
      timeNs: options.timeNs,
      seed: options.seed,
      libraryPath,
    },
  };
}

/**
 * Measures, and returns the results. Whatever was measured before `signal` aborts is in them, marked
 * partial.
 */
export async function measure(
  prepared: PreparedComparison,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Results> {
  const { options, setup, environment, relativeTo } = prepared;
  const run = await runWake(setup, onProgress, signal);
  const assembled = assembleWake(run, relativeTo);
  const { series, warnings } = keepSamples(assembled, options.samplesDirectory);
  return {
    schemaVersion: 1,
    tool: { name: "wakerbench", version: packageJson.version },
    startedAt: run.startedAt.toISOString(),
    durationMs: run.durationMs,
    partial: run.partial,
    seed: options.seed,
    command: [...options.command],
    options: { wake: { ...resolved(prepared), timeNs: options.timeNs } },
    environment: { ...environment, warnings: [...environment.warnings, ...warnings] },
    series,
  };
}

/** The parameters with what was left to the scenario. */
function resolved({ options: { parameters }, setup }: PreparedComparison): WakeParameters {
  if (setup.ratePerSecond !== null) return parameters;
  return { ...parameters, gap: setup.gapNs, before: setup.before };
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

async function findSubjects(options: CompareOptions): Promise<Subject[]> {
  const isOpenLoop = options.parameters.rate !== undefined;
  const contenders = expand(options.contenders, isOpenLoop).map(parseContender);
  const runtimes = await Promise.all(options.runtimes.map(findRuntime));
  const found: Subject[] = [];
  for (const contender of contenders) {
    const waker = await findWaker(pathOf(contender));
    checkParameters(waker, contender.parameters, isWakerFile(contender.waker));
    for (const runtime of await runtimesOf(contender, waker, runtimes)) {
      const label = runtimes.length > 1 ? prefixed(contender, runtime) : contender.name;
      const wakerPath = pathOf(contender);
      const isNamed = options.contenders.includes(contender.name);
      const subject = { label, contender, waker, wakerPath, runtime, isControl: false, isNamed };
      if (!found.some((other) => other.label === label)) found.push(subject);
    }
  }
  const first = found.find(({ waker }) => waker.id !== "floor");
  return first === undefined ? found : [...found, { ...first, isControl: true, isNamed: false }];
}

/**
 * `all` is every waker that this platform has, in each of its variants. What only JavaScript rings
 * keeps no schedule and is no default of an open loop.
 */
function expand(names: readonly string[], isOpenLoop: boolean): readonly string[] {
  if (names.length === 0) {
    const native = new Set(wakers.filter(({ traits }) => traits.native).map(({ id }) => id));
    return wake.defaultContenders.filter((name) => !isOpenLoop || native.has(name));
  }
  const here = wakers.filter(({ traits }) => traits.platforms.includes(process.platform));
  return names.flatMap((name) => (name === "all" ? here.flatMap(contendersOf) : [name]));
}

function pathOf({ waker }: Contender): string {
  return isWakerFile(waker) ? resolve(waker) : waker;
}

/** The floor runs no JavaScript: one runtime is enough for it. */
async function runtimesOf(
  contender: Contender,
  waker: Waker,
  runtimes: readonly Runtime[],
): Promise<readonly Runtime[]> {
  if (contender.runtime === null) return waker.id === "floor" ? runtimes.slice(0, 1) : runtimes;
  const written = contender.runtime;
  return [runtimes.find(({ name }) => name === written) ?? (await findRuntime(written))];
}

function prefixed(contender: Contender, runtime: Runtime): string {
  return contender.runtime === null ? `${runtime.name}/${contender.name}` : contender.name;
}

function referenceOf(relativeTo: string | null, subjects: readonly Subject[]): string {
  const labels = subjects.map(({ label }) => label);
  if (relativeTo === null) return labels[0] ?? "";
  if (labels.includes(relativeTo)) return relativeTo;
  throw new WakerbenchError("USAGE", `--relative-to ${relativeTo} is no contender of this run`, {
    remedy: `name one of: ${[...new Set(labels)].join(", ")}`,
  });
}
