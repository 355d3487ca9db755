import type { BurstJob } from "./burst-job.ts";
import type { BurstMeasurement } from "./burst-measurement.ts";
import type { DispatchJob } from "./dispatch-job.ts";
import type { DispatchMeasurement } from "./dispatch-measurement.ts";
import type { WakeMeasurement } from "./measurement.ts";
import type { WakeJob } from "./wake-job.ts";
import type {
  CancelJob,
  FetchJob,
  HandlersJob,
  IoJob,
  MixedJob,
  SpawnJob,
  WorkloadId,
} from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

/** What an agent can be told to do: plain data, sent as JSON. */
export type AgentJob = WakeJob | BurstJob | DispatchJob | AnyWorkloadJob;

/** The job of any workload. */
export type AnyWorkloadJob = SpawnJob | IoJob | CancelJob | MixedJob | HandlersJob | FetchJob;

/** What the job of any workload is answered with. */
export type AnyWorkloadMeasurement = {
  [Id in WorkloadId]: WorkloadMeasurement<Id>;
}[WorkloadId];

/** What an agent answers with, told apart by `scenario`. */
export type Measurement =
  | WakeMeasurement
  | BurstMeasurement
  | DispatchMeasurement
  | AnyWorkloadMeasurement;

/** What the job of one scenario is answered with. */
export type MeasurementOf<Job extends AgentJob> = Extract<
  Measurement,
  { readonly scenario: Job["scenario"] }
>;
