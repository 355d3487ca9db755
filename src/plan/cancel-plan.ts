import type { Library } from "../libraries/library.ts";
import { cancel } from "../scenarios/cancel.ts";
import type { CancelParameters } from "../scenarios/cancel-parameters.ts";
import type { CancelJob } from "../scenarios/workload-job.ts";
import { agentNs, taskNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

/** Of thousands of tasks: enough for what is hot to be compiled. */
const warmups = 1;

/** Each library once. */
export const cancelPlan: WorkloadPlan<CancelParameters, CancelJob, Library> = {
  scenario: cancel,
  quick: { tasks: "1k", repetitions: "3" },
  hasControl: true,
  rounds: ({ repetitions }) => repetitions,
  cases: () => [""],
  tableOf: () => "",
  job: ({ tasks, after }) => ({ case: "", tasks, afterNs: after, warmups }),
  params: ({ tasks, after }) => ({ tasks, afterNs: after }),
  expectedNs({ tasks, after }, library) {
    // To take a task's timer back and to clean up costs about as much again as to make it.
    return agentNs(library) + after + (warmups + 1) * tasks * 2 * taskNs(library);
  },
};
