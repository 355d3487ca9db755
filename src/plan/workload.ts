import type { Approach } from "../approaches/approach.ts";
import type { ProcessUsage } from "../runner/child-process.ts";
import type { AnyWorkloadJob, MeasurementOf } from "../scenarios/job.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { WorkloadJob } from "../scenarios/workload-job.ts";

/** What a plan is told of the machine. */
export type WorkloadPlace = {
  /** Cores that this process may use, ascending; empty where the platform cannot tell. */
  readonly cores: readonly number[];
};

/** What stands beside all visits of a run, such as a server: disposed of after the last, or when it is aborted. */
export type WorkloadStage<Job extends AnyWorkloadJob> = AsyncDisposable & {
  /** What all its agents are told of it. */
  readonly job: Partial<Job>;
  /** What a visit came to as it looks from outside, once its process has ended. */
  settle(measurement: MeasurementOf<Job>, usage: ProcessUsage): MeasurementOf<Job>;
};

/**
 * How one workload becomes visits: pure. `Parameters` is what its zod schema gives; a row is an approach and
 * one of its cases, and is visited once a round.
 */
export type WorkloadPlan<Parameters, Job extends AnyWorkloadJob, A extends Approach> = {
  readonly scenario: Scenario<Job, A>;
  /** The flags that `--quick` stands for, written as on the command line. */
  readonly quick: Readonly<Record<string, string>>;
  /** Whether the first contender is measured twice, to show the noise of the day. */
  readonly hasControl: boolean;
  /**
   * What zod cannot say of one flag alone.
   *
   * @throws WakerbenchError USAGE
   */
  check?(parameters: Parameters): void;
  rounds(parameters: Parameters): number;
  /** Rounds that are made before and dropped; absent: none. */
  warmupRounds?(parameters: Parameters): number;
  /** The cases of an approach, a row each; `[""]` where there is but one. */
  cases(parameters: Parameters, approach: A): readonly string[];
  /**
   * In which table a row stands, and with whom it is compared: with the rows of the same key alone. Stands in
   * `params.table` of a series where it is not empty.
   */
  tableOf(parameters: Parameters, approach: A, rowCase: string): string;
  /** What its agents are told, beside what all are. */
  job(
    parameters: Parameters,
    approach: A,
    rowCase: string,
    place: WorkloadPlace,
  ): Omit<Job, Exclude<keyof WorkloadJob, "case">>;
  /** What goes into `params` of its series, beside `table` and the contender's own parameters. */
  params(
    parameters: Parameters,
    approach: A,
    rowCase: string,
  ): Readonly<Record<string, string | number>>;
  /**
   * Opened before the first visit; absent: there is none. Only a run that was aborted makes it reject with
   * anything else than a WakerbenchError.
   *
   * @throws WakerbenchError what keeps the whole from being measured, such as HOST_UNKNOWN
   */
  stage?(
    parameters: Parameters,
    place: { readonly libraryPath: string; readonly signal: AbortSignal },
  ): Promise<WorkloadStage<Job>>;
  /** How long a visit is taken to last, with the start of its agent, nanoseconds. */
  expectedNs(parameters: Parameters, approach: A, rowCase: string): number;
};

/** A plan whose types only itself knows: what a registry can hold. Its parameters are what its schema gave. */
export type AnyWorkloadPlan = WorkloadPlan<
  Readonly<Record<string, unknown>>,
  AnyWorkloadJob,
  Approach
>;
