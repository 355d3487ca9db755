import type { Asked } from "./asked.ts";
import { findLibrary, loadLibrary } from "./native/library.ts";
import { allowedCores } from "./native/placing.ts";
import { prepareBurst } from "./parts/burst-part.ts";
import { prepareDispatch } from "./parts/dispatch-part.ts";
import type { Part, RunPlace, Watcher } from "./parts/part.ts";
import { prepareWake } from "./parts/wake-part.ts";
import { prepareWorkload } from "./parts/workload-part.ts";
import { describeEnvironment } from "./results/environment.ts";
import type { Environment, Results } from "./results/schema.ts";
import { RunRecord } from "./run-record.ts";
import { checkReference } from "./subjects.ts";

/** What a comparison is asked for. */
export type CompareOptions = Asked &
  Pick<RunPlace, "contenders" | "runtimes" | "seed" | "relativeTo"> & {
    /** Budget of single wakes and floods, nanoseconds; calls and workloads are counted, and have none. */
    readonly timeNs: number;
    /** Where every raw sample is kept, or null. */
    readonly samplesDirectory: string | null;
    /** The command line, for the record. */
    readonly command: readonly string[];
  };

export type PreparedComparison = {
  readonly options: CompareOptions;
  /** Each scenario, in the order in which they are measured. */
  readonly parts: readonly Part[];
  readonly environment: Environment;
};

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
  const place = { ...options, libraryPath, native, cores: [...allowedCores(native)] };
  const parts = await prepareParts(options, place);
  checkReference(
    options.relativeTo,
    parts.flatMap(({ subjects }) => subjects),
  );
  return { options, parts, environment: describeEnvironment(native) };
}

async function prepareParts(
  { wake, burst, dispatch, workloads, timeNs }: CompareOptions,
  place: RunPlace,
): Promise<Part[]> {
  const isBesideWakes = wake !== null;
  const burstTimeNs = isBesideWakes ? timeNs * burstShare : timeNs;
  const flooded =
    burst === null
      ? null
      : await prepareBurst({ parameters: burst, timeNs: burstTimeNs, isBesideWakes }, place);
  const wakeTimeNs = flooded === null ? timeNs : timeNs - burstTimeNs;
  const parts = [
    wake === null ? null : await prepareWake(wake, wakeTimeNs, place),
    flooded,
    dispatch === null ? null : await prepareDispatch(dispatch, place),
  ];
  for (const asked of workloads) parts.push(await prepareWorkload(asked, place));
  return parts.filter((part) => part !== null);
}

/**
 * Measures, and returns the results. Whatever was measured before `signal` aborts is in them, marked
 * partial.
 *
 * @throws WakerbenchError what keeps one of the scenarios from being measured at all
 */
export async function measure(
  prepared: PreparedComparison,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Results> {
  const record = new RunRecord(prepared);
  for (const part of prepared.parts) {
    if (!signal.aborted) await record.measure(part, watcher, signal);
  }
  return record.results(signal.aborted);
}
