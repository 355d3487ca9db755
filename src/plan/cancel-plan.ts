import type { Library } from "../libraries/library.ts";
import { cancel } from "../scenarios/cancel.ts";
import type { CancelParameters } from "../scenarios/cancel-parameters.ts";
import type { CancelJob } from "../scenarios/workload-job.ts";
import { agentNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

/** Of thousands of tasks: enough for what is hot to be compiled. */
const warmups = 1;
/** What it takes to make a task, to cancel it and to see it end. */
const taskNs = { quick: 12e3, effection: 120e3 } as const;

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
    const eachNs = library.id === "effection" ? taskNs.effection : taskNs.quick;
    return agentNs(library) + after + (warmups + 1) * tasks * eachNs;
  },
};
