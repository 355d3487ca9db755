import type { WorkloadId } from "./workload-job.ts";

/** Durations beside the latency: each a list of its own, nanoseconds. */
export const workloadStages = [
  /** How much later than it was asked for a sleep ended; in an open loop, how late a request was sent. */
  "late",
  /** mixed: the operations that burn, from the begin of their sleep to the end of their burning. */
  "burn",
] as const;
export type WorkloadStage = (typeof workloadStages)[number];

/** Where tasks, operations or requests went that did not end as they should. */
export const workloadAuditNames = [
  "sent",
  /** Ended as they should: cleaned up, answered rightly. */
  "received",
  /** Never ended. */
  "lost",
  /** Ended more than once. */
  "duplicated",
  /** Ended, but wrongly: an answer with another body, a task that was cancelled and did not clean up. */
  "mistaken",
] as const;
export type WorkloadAudit = Readonly<Record<(typeof workloadAuditNames)[number], number>>;

/** What the measured part used; with a server, what the server's process used. */
export type WorkloadCost = {
  readonly wallNs: number;
  readonly cpuProcessNs: number;
  readonly cpuLoopNs: number | null;
  /** Of the threads that do the work for the loop, where there are any that can be told apart. */
  readonly cpuWorkerNs: number | null;
  readonly cpuOtherNs: number | null;
  /** Of the loop thread. */
  readonly voluntarySwitches: number | null;
  /** The most memory that was resident during the measured part. */
  readonly peakRssBytes: number;
};

/** What one visit of a workload came to. */
export type WorkloadMeasurement<Id extends WorkloadId = WorkloadId> = {
  readonly scenario: Id;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of each task, operation or request that ended as it should, nanoseconds; spawn: from its creation. */
  readonly latencyNs: readonly number[];
  readonly stages: Readonly<Partial<Record<WorkloadStage, readonly number[]>>>;
  /** How many ended as they should within `cost.wallNs`: the rate is made of the two. */
  readonly done: number;
  /**
   * What decides between contenders, of this visit: nanoseconds, and less is better; null where nothing was
   * measured. Wall time for each task or request; for `cancel` the time to the last end, for `mixed` the p99 of
   * the operations that do not burn.
   */
  readonly decidingNs: number | null;
  readonly audit: WorkloadAudit;
  readonly cost: WorkloadCost;
  /** Go into `extra`: summed over the rounds. */
  readonly counts: Readonly<Record<string, number>>;
  /** Go into `extra`: the median over the rounds. */
  readonly levels: Readonly<Record<string, number | null>>;
  /** Go into `extra`: words that are the same in every round, such as a checksum; others stand behind commas. */
  readonly marks: Readonly<Record<string, string>>;
  /** What the two stamps of a sample cost, in place; null: not measured. */
  readonly harnessNs: number | null;
  /** Fault that ends the visit without its numbers being wrong. */
  readonly fault: string | null;
};
