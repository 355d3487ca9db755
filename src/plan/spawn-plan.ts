import type { Library } from "../libraries/library.ts";
import { spawn } from "../scenarios/spawn.ts";
import type { SpawnParameters } from "../scenarios/spawn-parameters.ts";
import type { SpawnCase, SpawnJob } from "../scenarios/workload-job.ts";
import { agentNs, libraryWarmupNs, taskNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

const cases: readonly SpawnCase[] = ["at-once", "waves", "yield"];

/** Of one pass of the warm-up: few enough for a library that takes long for each. */
const mostWarmups = 5_000;

/** Each library in each of the three cases. */
export const spawnPlan: WorkloadPlan<SpawnParameters, SpawnJob, Library> = {
  scenario: spawn,
  quick: { tasks: "2k", repetitions: "3" },
  hasControl: true,
  rounds: ({ repetitions }) => repetitions,
  cases: () => cases,
  tableOf: (_parameters, _library, name) => name,
  job: ({ tasks, concurrency, sleep }, _library, name) => ({
    case: caseOf(name),
    tasks,
    concurrency,
    sleepNs: sleep,
    warmupTasks: Math.min(mostWarmups, tasks),
    warmupNs: libraryWarmupNs(tasks),
  }),
  params: ({ tasks, concurrency, sleep }, _library, name) => ({
    tasks,
    ...(name === "waves" ? { concurrency } : {}),
    ...(name === "yield" ? {} : { sleepNs: sleep }),
  }),
  expectedNs({ tasks, concurrency, sleep }, library, name) {
    const wavesOf = (count: number) => (name === "waves" ? Math.ceil(count / concurrency) : 1);
    const waitedNs = (count: number) => (name === "yield" ? 0 : wavesOf(count) * (sleep + 1e6));
    const timeNs = (count: number) => waitedNs(count) + count * taskNs(library);
    const warmedNs = Math.max(libraryWarmupNs(tasks), timeNs(Math.min(mostWarmups, tasks)));
    return agentNs(library) + warmedNs + timeNs(tasks);
  },
};

function caseOf(name: string): SpawnCase {
  return cases.find((known) => known === name) ?? "at-once";
}
