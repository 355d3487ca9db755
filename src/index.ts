/**
 * The public face of wakerbench: what a script or a test can do that the command does.
 *
 * @module
 */

export {
  type CompareRequest,
  compare,
  type DispatchRequest,
  dispatch,
  runWorkload,
  type SuiteRequest,
  suite,
  type WorkloadRequest,
} from "./api.ts";
export type { ScenarioId } from "./asked.ts";
export type { Diff, DiffFigure, DiffLimit, DiffRow } from "./diff/schema.ts";
export { type DiffRequest, diff } from "./diff.ts";
export { type ErrorCode, WakerbenchError } from "./errors.ts";
export type { Cell, ProbeReport, Verdict } from "./probe/report.ts";
export { type ProbeRequest, probe } from "./probe.ts";
export type { Results, Series, Status } from "./results/schema.ts";
export { readResults } from "./results/store.ts";
export type { WorkloadId } from "./scenarios/workload-job.ts";
export type * from "./wakers/waker.ts";
