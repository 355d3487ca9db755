import { availableParallelism } from "node:os";
import { formatDuration } from "../duration.ts";
import { plural } from "../report/format.ts";
import { assembleBurst } from "../results/assemble-burst.ts";
import { type BurstSetup, forecastBurst, runBurst } from "../runner/burst-run.ts";
import { burst } from "../scenarios/burst.ts";
import type { BurstParameters } from "../scenarios/burst-parameters.ts";
import { findSubjects, withoutWaker } from "../subjects.ts";
import type { Waker } from "../wakers/waker.ts";
import { approachesOf, countContenders, type Part, type RunPlace } from "./part.ts";

/** What the floods of a run are. */
export type BurstRequest = {
  readonly parameters: BurstParameters;
  readonly timeNs: number;
  /** Single wakes are measured too: what no thread can ring is left out of the floods. */
  readonly isBesideWakes: boolean;
};

/**
 * Finds the contenders of floods; null where none of them can be flooded.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function prepareBurst(request: BurstRequest, place: RunPlace): Promise<Part | null> {
  const { parameters, timeNs } = request;
  const subjects = await findFlooded(request, place);
  if (subjects.length === 0) return null;
  const setup: BurstSetup = {
    subjects: withoutWaker(subjects),
    threads: parameters.threads,
    producers: parameters.producers,
    gapNs: parameters.gap,
    payloadBytes: parameters.payload,
    cores: availableParallelism(),
    rounds: parameters.rounds ?? null,
    floodNs: parameters.flood ?? null,
    timeNs,
    seed: place.seed,
    libraryPath: place.libraryPath,
  };
  return {
    scenario: burst.id,
    subjects: setup.subjects,
    options: { ...parameters, timeNs },
    forecast: () => forecastFloods(setup),
    measured: { wakers: approachesOf(subjects) },
    async measure(watcher, signal, leftNs) {
      // What single wakes took too long is taken from the floods, so that the whole keeps its time.
      const inTime = { ...setup, timeNs: Math.min(timeNs, Math.max(0, leftNs)) };
      const run = await runBurst(inTime, watcher.burst, signal);
      return assembleBurst(run, place.relativeTo);
    },
  };
}

async function findFlooded(
  { isBesideWakes }: BurstRequest,
  { contenders, runtimes }: RunPlace,
): ReturnType<typeof findSubjects<Waker>> {
  const { catalogue, defaultContenders: usual } = burst;
  const isSuitable = ({ traits }: Waker) => traits.native;
  const found = await findSubjects({ catalogue, contenders, usual, runtimes, isSuitable });
  return isBesideWakes ? found.filter(({ approach }) => isSuitable(approach)) : found;
}

function forecastFloods(setup: BurstSetup): ReturnType<Part["forecast"]> {
  const { rounds, basicNs, durationNs } = forecastBurst(setup);
  const [last, ...others] = setup.threads.toReversed();
  const threads = `${[others.toReversed().join(", "), last].filter(Boolean).join(" and ")} ${last === 1 ? "thread" : "threads"}`;
  const parts = [
    `${plural(countContenders(setup.subjects), "contender")} from ${threads}`,
    plural(rounds, "round"),
  ];
  const work = `${parts.join(" × ")} of floods of ${formatDuration(basicNs)} or more`;
  return { work, durationNs };
}
