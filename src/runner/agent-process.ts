import { withLines } from "../child-pipes.ts";
import { directly } from "../fetchers/direct.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import type { AgentJob, Measurement, MeasurementOf } from "../scenarios/job.ts";
import { type ChildEnd, messagesOf, type ProcessUsage, runChild } from "./child-process.ts";
import { agentMessageSchema } from "./messages.ts";

/** How a visit ended, and what it measured until then. */
export type VisitOutcome<Measured extends Measurement> =
  | {
      readonly status: "ok";
      readonly measurements: readonly Measured[];
      /** Of the process as a whole. */
      readonly usage?: ProcessUsage;
    }
  | {
      readonly status: "crashed" | "timeout" | "failed" | "unsupported";
      readonly error: string;
      /** Of the agent's own error, when it had one. */
      readonly code?: string;
      readonly measurements: readonly Measured[];
      readonly usage?: ProcessUsage;
    }
  | { readonly status: "interrupted"; readonly measurements: readonly [] };

/**
 * Starts an agent, waits for its answer, and sees to it that nothing of it is left. Never throws: a
 * crash, a hang or a wrong answer is an outcome.
 *
 * @param timeoutMs after which the agent is killed
 */
export async function visit<Job extends AgentJob>(
  runtime: Runtime,
  job: Job,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<VisitOutcome<MeasurementOf<Job>>> {
  const { command, environment } = programOf(runtime, job);
  const end = await runChild(command, { environment, timeoutMs, signal });
  if (end.how === "interrupted") return { status: "interrupted", measurements: [] };
  if (end.how === "timeout") {
    const error = `no answer within ${Math.round(timeoutMs / 1000)} s`;
    return { status: "timeout", error: withLines(error, end.lines), measurements: [] };
  }
  if (end.how === "unstarted") {
    const error = withLines("its process could not be started", end.lines);
    return { status: "failed", error, measurements: [] };
  }
  return { ...outcomeOf(job, end), usage: end.usage };
}

/** Bun sends no more requests at a time, unless it is told to. */
const usualRequests = 256;

/** What is measured as a whole process is a program of its own: lean, as its user would have it. */
function programOf(
  { agentCommand, fetchCommand, environment }: Runtime,
  job: AgentJob,
): { command: readonly string[]; environment: Runtime["environment"] } {
  const written = JSON.stringify(job);
  if (job.scenario !== "fetch") return { command: [...agentCommand, written], environment };
  const most = String(Math.max(usualRequests, job.chunk));
  return {
    command: [...fetchCommand, written],
    environment: { ...environment, ...directly, BUN_CONFIG_MAX_HTTP_REQUESTS: most },
  };
}

function outcomeOf<Job extends AgentJob>(
  job: Job,
  { answers, signalCode, exitCode, lines }: ChildEnd,
): Exclude<VisitOutcome<MeasurementOf<Job>>, { status: "interrupted" }> {
  const messages = messagesOf(answers, agentMessageSchema);
  const measured = messages.find(({ type }) => type === "measured");
  const measurements =
    measured?.type === "measured"
      ? measured.measurements.filter((measurement) => isOf(job, measurement))
      : [];
  if (signalCode !== null) {
    return { status: "crashed", error: withLines(String(signalCode), lines), measurements };
  }
  const failed = messages.find(({ type }) => type === "failed");
  if (failed?.type === "failed") {
    const { code, message, remedy } = failed;
    if (code !== "UNSUPPORTED") return { status: "failed", error: message, code, measurements };
    // What the user can do about it is worth as much as what is missing.
    const error = remedy === null ? message : `${message}; ${remedy}`;
    return { status: "unsupported", error, code, measurements };
  }
  if (measured === undefined) {
    return { status: "crashed", error: withLines(`exit code ${exitCode}`, lines), measurements };
  }
  const fault = measurements.find((measurement) => measurement.fault !== null)?.fault;
  if (fault != null) return { status: "failed", error: fault, measurements };
  return { status: "ok", measurements };
}

/** An agent answers its own job; what answers another is none. */
function isOf<Job extends AgentJob>(
  job: Job,
  measurement: Measurement,
): measurement is MeasurementOf<Job> {
  return measurement.scenario === job.scenario;
}
