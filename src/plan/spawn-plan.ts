import type { Library } from "../libraries/library.ts";
import { spawn } from "../scenarios/spawn.ts";
import type { SpawnParameters } from "../scenarios/spawn-parameters.ts";
import type { SpawnCase, SpawnJob } from "../scenarios/workload-job.ts";
import { agentNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

const cases: readonly SpawnCase[] = ["at-once", "waves", "yield"];

/** What a task is taken to cost, with its share of a warm-up as large as the run. */
const taskNs = 8e3;

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
    // As many again: JavaScriptCore compiles what is hot after ten or twenty thousand calls.
    warmupTasks: tasks,
  }),
  params: ({ tasks, concurrency, sleep }, _library, name) => ({
    tasks,
    ...(name === "waves" ? { concurrency } : {}),
    ...(name === "yield" ? {} : { sleepNs: sleep }),
  }),
  expectedNs({ tasks, concurrency, sleep }, library, name) {
    const waves = name === "waves" ? Math.ceil(tasks / concurrency) : 1;
    const sleptNs = name === "yield" ? 0 : waves * (sleep + 1e6);
    return agentNs(library) + 2 * (sleptNs + tasks * taskNs);
  },
};

function caseOf(name: string): SpawnCase {
  return cases.find((known) => known === name) ?? "at-once";
}
