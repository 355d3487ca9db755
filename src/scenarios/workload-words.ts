import { type WorkloadId, workloadIds } from "./workload-job.ts";

/** What the figures of a workload are of. */
type Words = {
  /** One of what is counted. */
  readonly noun: "task" | "operation" | "request";
  /** What its rate is called in the results. */
  readonly rate: "tasksPerSecond" | "operationsPerSecond" | "requestsPerSecond";
  /** What decides between its contenders. */
  readonly deciding: string;
  /** The same where a schedule has set how many there are in a second. */
  readonly decidingOnSchedule?: string;
  /** What its contenders are called, as `list` names them. */
  readonly contenders: "libraries" | "handlers" | "fetchers";
};

const task = { noun: "task", rate: "tasksPerSecond", contenders: "libraries" } as const;
const operation = {
  noun: "operation",
  rate: "operationsPerSecond",
  contenders: "libraries",
} as const;
const request = {
  noun: "request",
  rate: "requestsPerSecond",
  deciding: "wall time per request",
} as const;

export const workloadWords: Readonly<Record<WorkloadId, Words>> = {
  spawn: { ...task, deciding: "wall time per task" },
  io: { ...operation, deciding: "wall time per operation" },
  cancel: { ...task, deciding: "time from the cancel to the last end" },
  mixed: { ...operation, deciding: "p99 of the operations that do not burn" },
  handlers: {
    ...request,
    decidingOnSchedule: "median time of a request since it was due",
    contenders: "handlers",
  },
  fetch: { ...request, contenders: "fetchers" },
};

export function isWorkload(scenario: string): scenario is WorkloadId {
  return workloadIds.some((id) => id === scenario);
}
