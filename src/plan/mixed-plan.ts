import { WakerbenchError } from "../errors.ts";
import type { Library } from "../libraries/library.ts";
import { mixed } from "../scenarios/mixed.ts";
import { type MixedParameters, mixedLimits } from "../scenarios/mixed-parameters.ts";
import type { MixedJob } from "../scenarios/workload-job.ts";
import { agentNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

/** Of each worker: enough for the compiler to have seen the program. */
const warmupOperations = 3;
/** The burner and the warm-up. */
const openNs = 30e6;

/** The scenario `mixed` as visits: each contender once a round with each share, a table for each share. */
export const mixedPlan: WorkloadPlan<MixedParameters, MixedJob, Library> = {
  scenario: mixed,
  quick: { operations: "5", share: "10", repetitions: "3" },
  hasControl: true,
  check({ workers, operations }) {
    if (workers * operations <= mixedLimits.slots) return;
    throw new WakerbenchError(
      "USAGE",
      `${workers} workers with ${operations} operations each are more than a million`,
      { remedy: "ask for fewer with --workers or --operations" },
    );
  },
  rounds: ({ repetitions }) => repetitions,
  cases: ({ share }) => share.map(String),
  tableOf: (_parameters, _library, share) => share,
  job: ({ workers, operations, mean, burn }, _library, share) => ({
    case: share,
    workers,
    operations,
    meanSleepNs: mean,
    burnNs: burn,
    burnShare: Number(share) / 100,
    warmupOperations,
  }),
  params: ({ workers, operations, mean, burn }, _library, share) => ({
    workers,
    operations,
    meanSleepNs: mean,
    burnNs: burn,
    burnShare: Number(share) / 100,
  }),
  expectedNs({ workers, operations, mean, burn }, library, share) {
    // The last of many workers takes about half as long again as the mean; what burns, burns one after the other.
    const sleepingNs = 1.5 * operations * mean;
    const burningNs = (workers * operations * burn * Number(share)) / 100;
    return agentNs(library) + openNs + Math.max(sleepingNs, burningNs);
  },
};
