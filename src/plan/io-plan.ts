import { WakerbenchError } from "../errors.ts";
import type { Library } from "../libraries/library.ts";
import { io } from "../scenarios/io.ts";
import { type IoParameters, ioLimits } from "../scenarios/io-parameters.ts";
import type { IoJob } from "../scenarios/workload-job.ts";
import { agentNs } from "./library-visits.ts";
import type { WorkloadPlan } from "./workload.ts";

/** How many operations of each worker warm up, at most. */
const mostWarmups = 20;
/** What a timer adds to a sleep, with what it cuts off, and what an operation costs on the loop, roughly. */
const lateNs = 0.4e6;
const operationNs = 8e3;

/** Each library once. */
export const ioPlan: WorkloadPlan<IoParameters, IoJob, Library> = {
  scenario: io,
  quick: { operations: "40", repetitions: "3" },
  hasControl: true,
  check({ workers, operations }) {
    if (workers * operations <= ioLimits.slots) return;
    throw new WakerbenchError(
      "USAGE",
      `${workers} workers with ${operations} operations each are more than a million`,
      { remedy: "ask for fewer with --workers or --operations" },
    );
  },
  rounds: ({ repetitions }) => repetitions,
  cases: () => [""],
  tableOf: () => "",
  job: ({ workers, operations, mean }) => ({
    case: "",
    workers,
    operations,
    meanSleepNs: mean,
    warmupOperations: Math.min(mostWarmups, operations),
  }),
  params: ({ workers, operations, mean }) => ({ workers, operations, meanNs: mean }),
  expectedNs({ workers, operations, mean }, library) {
    const each = operations + Math.min(mostWarmups, operations);
    // Whatever is the longer: the sleeps of a worker, with chance on the side of the longest, or the loop's work.
    const sleptNs = 1.15 * each * (mean + lateNs);
    return agentNs(library) + Math.max(sleptNs, workers * each * operationNs);
  },
};
