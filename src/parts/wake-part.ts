import { siblingsOf } from "../native/siblings.ts";
import { choosePlacements } from "../plan/placement.ts";
import { usualRounds } from "../plan/plan.ts";
import { formatCount, plural } from "../report/format.ts";
import { assembleWake } from "../results/assemble.ts";
import { forecast, runWake, type WakeSetup } from "../runner/wake-run.ts";
import { rejectRateConflicts } from "../scenarios/rate-conflicts.ts";
import { wake } from "../scenarios/wake.ts";
import { closedLoopDefaults, type WakeParameters } from "../scenarios/wake-parameters.ts";
import { findSubjects, withNoise } from "../subjects.ts";
import type { Waker } from "../wakers/waker.ts";
import { approachesOf, countContenders, type Part, type RunPlace } from "./part.ts";

/**
 * Finds the contenders of single wakes and lays out their visits.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function prepareWake(
  parameters: WakeParameters,
  timeNs: number,
  place: RunPlace,
): Promise<Part> {
  const setup = await setupWake(parameters, timeNs, place);
  const { subjects } = setup;
  return {
    scenario: wake.id,
    subjects,
    options: { ...resolved(parameters, setup), timeNs },
    forecast: () => forecastWake(setup),
    measured: { wakers: approachesOf(subjects) },
    async measure(watcher, signal) {
      const run = await runWake(setup, watcher.wake, signal);
      return assembleWake(run, referenceOf(place.relativeTo, setup));
    },
  };
}

async function setupWake(
  parameters: WakeParameters,
  timeNs: number,
  { contenders, runtimes, seed, libraryPath, cores }: RunPlace,
): Promise<WakeSetup> {
  rejectRateConflicts(parameters);
  const asked = {
    contenders,
    usual: wake.defaultContenders,
    runtimes,
    catalogue: wake.catalogue,
    isSuitable: ({ traits }: Waker) => parameters.rate === undefined || traits.native,
  };
  return {
    subjects: withNoise(await findSubjects(asked)),
    placements: choosePlacements(parameters.placement, [...cores], siblingsOf),
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

function resolved(parameters: WakeParameters, { rounds, ratePerSecond, gapNs, before }: WakeSetup) {
  return ratePerSecond === null
    ? { ...parameters, rounds, gap: gapNs, before }
    : { ...parameters, rounds };
}

function forecastWake(setup: WakeSetup): ReturnType<Part["forecast"]> {
  const { wakes, durationNs } = forecast(setup);
  const parts = [
    plural(countContenders(setup.subjects), "contender"),
    plural(setup.placements.length, "placement"),
    plural(setup.rounds, "round"),
  ];
  const { ratePerSecond } = setup;
  const pace = ratePerSecond === null ? "" : ` at ${formatCount(ratePerSecond)} a second`;
  return { work: `${parts.join(" × ")} of about ${plural(wakes, "wake")}${pace}`, durationNs };
}

/** The one that was named, where it takes part, else the first. */
function referenceOf(relativeTo: string | null, { subjects }: WakeSetup): string {
  const labels = subjects.map(({ label }) => label);
  return relativeTo !== null && labels.includes(relativeTo) ? relativeTo : (labels[0] ?? "");
}
