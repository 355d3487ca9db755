import type { Library } from "../libraries/library.ts";
import { cancel } from "../scenarios/cancel.ts";
import type { CancelParameters } from "../scenarios/cancel-parameters.ts";
import type { CancelJob } from "../scenarios/workload-job.ts";
import { agentNs, libraryWarmupNs, taskNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

/** Bun compares each listener that is added to a signal with all that it has already. */
const comparisonNs = 2.5;

/** What it takes to have so many tasks listen to one signal, or to one in each Worker: two, at least. */
function listeningNs({ id }: Library, tasks: number): number {
  if (id === "promises") return tasks ** 2 * comparisonNs;
  return id === "workers" ? (tasks / 2) ** 2 * comparisonNs : 0;
}

/** Each library once. */
export const cancelPlan: WorkloadPlan<CancelParameters, CancelJob, Library> = {
  scenario: cancel,
  quick: { tasks: "1k", repetitions: "3" },
  hasControl: true,
  rounds: ({ repetitions }) => repetitions,
  cases: () => [""],
  tableOf: () => "",
  job: ({ tasks, after }) => ({
    case: "",
    tasks,
    afterNs: after,
    warmupNs: libraryWarmupNs(tasks),
  }),
  params: ({ tasks, after }) => ({ tasks, afterNs: after }),
  expectedNs({ tasks, after }, library) {
    // To take a task's timer back and to clean up costs about as much again as to make it.
    const onceNs = tasks * 2 * taskNs(library) + listeningNs(library, tasks);
    return agentNs(library) + after + Math.max(onceNs, libraryWarmupNs(tasks)) + onceNs;
  },
};
