import type { Runtime } from "../runtimes/runtime.ts";
import type { AgentJob, MeasurementOf } from "../scenarios/job.ts";
import { type VisitOutcome, visit } from "./agent-process.ts";

/**
 * A visit that is made once more where its threads were not in their places. A runtime may make a helper
 * thread in the middle of a visit, bound to the measured core; whoever misplaces its threads fails again.
 *
 * @param timeoutMs after which the agent is killed
 */
export async function visitInPlace<Job extends AgentJob>(
  runtime: Runtime,
  job: Job,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly outcome: VisitOutcome<MeasurementOf<Job>>; readonly isRepeated: boolean }> {
  const outcome = await visit(runtime, job, timeoutMs, signal);
  const isMisplaced = outcome.status === "failed" && outcome.code === "PLACEMENT_MISMATCH";
  if (!isMisplaced) return { outcome, isRepeated: false };
  return { outcome: await visit(runtime, job, timeoutMs, signal), isRepeated: true };
}
