import { siblingsOf } from "../native/siblings.ts";
import { callRows } from "../plan/calls.ts";
import { choosePlacements } from "../plan/placement.ts";
import { plural } from "../report/format.ts";
import { assembleDispatch } from "../results/assemble-dispatch.ts";
import { type DispatchSetup, forecastDispatch, runDispatch } from "../runner/dispatch-run.ts";
import { dispatch } from "../scenarios/dispatch.ts";
import { isPlain, rejectDispatchConflicts } from "../scenarios/dispatch-conflicts.ts";
import type { DispatchParameters } from "../scenarios/dispatch-parameters.ts";
import { findSubjects, withNoise } from "../subjects.ts";
import { approachesOf, countContenders, type Part, type RunPlace } from "./part.ts";

/**
 * Finds the contenders of calls and lays out their rows.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function prepareDispatch(
  parameters: DispatchParameters,
  place: RunPlace,
): Promise<Part> {
  rejectDispatchConflicts(parameters);
  const { contenders, runtimes, seed, libraryPath, cores } = place;
  const { catalogue, defaultContenders: usual } = dispatch;
  const subjects = withNoise(await findSubjects({ contenders, usual, runtimes, catalogue }));
  const placements = choosePlacements(parameters.placement, [...cores], siblingsOf);
  const setup: DispatchSetup = {
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
  return {
    scenario: dispatch.id,
    subjects,
    options: parameters,
    forecast: () => forecastCalls(setup),
    measured: { dispatchers: approachesOf(subjects) },
    async measure(watcher, signal) {
      const run = await runDispatch(setup, watcher.dispatch, signal);
      return assembleDispatch(run, place.relativeTo);
    },
  };
}

function forecastCalls(setup: DispatchSetup): ReturnType<Part["forecast"]> {
  const { calls, durationNs } = forecastDispatch(setup);
  const cases = setup.rows.filter((row) => row.case !== "plain").length;
  const parts = [
    plural(countContenders(setup.subjects), "contender"),
    plural(setup.placements.length, "placement"),
    `${plural(setup.rounds, "round")} of ${plural(calls, "call")}`,
  ];
  const beside = cases === 0 ? "" : `, and ${plural(cases, "row")} of what completeness costs`;
  return { work: `${parts.join(" × ")}${beside}`, durationNs };
}
