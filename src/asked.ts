import type { BurstParameters } from "./scenarios/burst-parameters.ts";
import type { DispatchParameters } from "./scenarios/dispatch-parameters.ts";
import type { WakeParameters } from "./scenarios/wake-parameters.ts";
import type { WorkloadId } from "./scenarios/workload-job.ts";

/** One workload and what it is asked for. */
export type AskedWorkload = {
  readonly id: WorkloadId;
  /** What the scenario's schema gave. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** The scenarios that are asked for, each with its parameters. */
export type Asked = {
  /** Null: it is left out. */
  readonly wake: WakeParameters | null;
  /** Null: it is left out. */
  readonly burst: BurstParameters | null;
  /** Null: it is left out. */
  readonly dispatch: DispatchParameters | null;
  /** The workloads, in the order in which they are run. */
  readonly workloads: readonly AskedWorkload[];
};

/** No scenario at all. */
export const nothingAsked: Asked = { wake: null, burst: null, dispatch: null, workloads: [] };

/** Whatever can be asked for. */
export type ScenarioId = "wake" | "burst" | "dispatch" | WorkloadId;
