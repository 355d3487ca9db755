import type { Native } from "./native/library.ts";
import { allowedCores } from "./native/placing.ts";
import { siblingsOf } from "./native/siblings.ts";
import { callRows } from "./plan/calls.ts";
import { choosePlacements } from "./plan/placement.ts";
import type { DispatchSetup } from "./runner/dispatch-run.ts";
import { dispatch } from "./scenarios/dispatch.ts";
import { isPlain, rejectDispatchConflicts } from "./scenarios/dispatch-conflicts.ts";
import type { DispatchParameters } from "./scenarios/dispatch-parameters.ts";
import { findSubjects, withNoise } from "./subjects.ts";

/** What a run has decided for its calls. */
type DispatchOptions = {
  readonly contenders: readonly string[];
  readonly runtimes: readonly string[];
  readonly seed: number;
  /** Null: calls are left out. */
  readonly dispatch: DispatchParameters | null;
};

/**
 * Finds the contenders of calls and lays out their rows; null where no calls are asked for.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function setupDispatch(
  options: DispatchOptions,
  libraryPath: string,
  native: Native,
): Promise<DispatchSetup | null> {
  const { contenders, runtimes, dispatch: parameters, seed } = options;
  if (parameters === null) return null;
  rejectDispatchConflicts(parameters);
  const usual = dispatch.defaultContenders;
  const { catalogue } = dispatch;
  const subjects = withNoise(await findSubjects({ contenders, usual, runtimes, catalogue }));
  const cores = [...allowedCores(native)];
  const placements = choosePlacements(parameters.placement, cores, siblingsOf);
  return {
    subjects,
    placements,
    rows: callRows(subjects, placements.length, isPlain(parameters)),
    count: parameters.count,
    rounds: parameters.rounds,
    inFlight: parameters["in-flight"],
    work: parameters.work,
    timeoutEachNs: parameters["timeout-each"] ?? null,
    cancelRate: parameters["cancel-rate"],
    throwRate: parameters["throw-rate"],
    seed,
    libraryPath,
  };
}
