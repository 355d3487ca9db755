import type { Library } from "../libraries/library.ts";
import { spawn } from "../scenarios/spawn.ts";
import type { SpawnParameters } from "../scenarios/spawn-parameters.ts";
import type { SpawnCase, SpawnJob } from "../scenarios/workload-job.ts";
import { agentNs, taskNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

const cases: readonly SpawnCase[] = ["at-once", "waves", "yield"];

/** JavaScriptCore compiles what is hot after some thousand calls. */
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
  }),
  params: ({ tasks, concurrency, sleep }, _library, name) => ({
    tasks,
    ...(name === "waves" ? { concurrency } : {}),
    ...(name === "yield" ? {} : { sleepNs: sleep }),
  }),
  expectedNs({ tasks, concurrency, sleep }, library, name) {
    const made = tasks + Math.min(mostWarmups, tasks);
    // The warm-up and the run are a wave each, at least.
    const waves = name === "waves" ? Math.ceil(made / concurrency) + 1 : 2;
    const sleptNs = name === "yield" ? 0 : waves * (sleep + 1e6);
    return agentNs(library) + sleptNs + made * taskNs(library);
  },
};

function caseOf(name: string): SpawnCase {
  return cases.find((known) => known === name) ?? "at-once";
}
