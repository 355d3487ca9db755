import { closeSync } from "node:fs";
import type { Runtime } from "../runtimes/runtime.ts";
import type { AgentJob, Measurement, MeasurementOf } from "../scenarios/job.ts";
import { agentMessageSchema } from "./messages.ts";

/** How a visit ended, and what it measured until then. */
export type VisitOutcome<Measured extends Measurement> =
  | { readonly status: "ok"; readonly measurements: readonly Measured[] }
  | {
      readonly status: "crashed" | "timeout" | "failed" | "unsupported";
      readonly error: string;
      /** Of the agent's own error, when it had one. */
      readonly code?: string;
      readonly measurements: readonly Measured[];
    }
  | { readonly status: "interrupted"; readonly measurements: readonly [] };

const keptLines = 6;
/** How long the pipes of an agent that has ended are still read. */
const graceMs = 250;
/** setTimeout takes no more. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Since 1.4 the descriptors of extra pipes belong to whoever reads `stdio` (oven-sh/bun#33828); before, the
 * Subprocess closes them when it is collected.
 */
const ownsExtraPipes = Bun.semver.order(Bun.version, "1.4.0") >= 0;

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
  if (signal.aborted) return { status: "interrupted", measurements: [] };
  const agent = Bun.spawn([...runtime.agentCommand, JSON.stringify(job)], {
    env: { ...process.env, ...runtime.environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    // A process group of its own, so that what a waker starts goes with it.
    detached: true,
  });
  const answersFd = fdOf(agent.stdio[3]);
  let timedOut = false;
  const kill = () => killGroup(agent.pid);
  const timer = setTimeout(
    () => {
      timedOut = true;
      kill();
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  const ended = Promise.withResolvers<void>();
  let graceTimer: Timer | undefined;
  signal.addEventListener("abort", kill, { once: true });
  try {
    agent.exited.then(() => {
      kill();
      graceTimer = setTimeout(ended.resolve, graceMs);
    });
    const [answers, stdout, stderr] = await Promise.all([
      readUntil(Bun.file(answersFd).stream(), ended.promise),
      lastLines(agent.stdout, ended.promise),
      lastLines(agent.stderr, ended.promise),
      agent.exited,
    ]);
    if (signal.aborted) return { status: "interrupted", measurements: [] };
    if (timedOut) {
      const error = `no answer within ${Math.round(timeoutMs / 1000)} s`;
      return {
        status: "timeout",
        error: withLines(error, [...stdout, ...stderr]),
        measurements: [],
      };
    }
    return outcomeOf(job, answers, agent.signalCode, agent.exitCode, [...stdout, ...stderr]);
  } finally {
    clearTimeout(timer);
    clearTimeout(graceTimer);
    signal.removeEventListener("abort", kill);
    kill();
    // The stream has read a copy of the descriptor, and closed no other.
    if (ownsExtraPipes) closeSync(answersFd);
  }
}

function outcomeOf<Job extends AgentJob>(
  job: Job,
  answers: string,
  signalCode: NodeJS.Signals | number | null,
  exitCode: number | null,
  lines: readonly string[],
): VisitOutcome<MeasurementOf<Job>> {
  const messages = answers
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .flatMap((line) => {
      const parsed = agentMessageSchema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    });
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
    const status = failed.code === "UNSUPPORTED" ? "unsupported" : "failed";
    return { status, error: failed.message, code: failed.code, measurements };
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

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function withLines(what: string, lines: readonly string[]): string {
  return lines.length === 0 ? what : `${what}: ${lines.slice(-keptLines).join(" | ")}`;
}

function fdOf(pipe: number | null | undefined): number {
  if (typeof pipe !== "number") throw new Error("the agent has no pipe for its answers");
  return pipe;
}

/**
 * The text of a stream, until it ends or `ended` says that nothing more will come: a process that a
 * waker left behind may hold the other end open for ever.
 *
 * @param most only so many of the last characters are kept
 */
async function readUntil(
  stream: ReadableStream<Uint8Array>,
  ended: Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const chunks: string[] = [];
  let size = 0;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    return reader.cancel().catch(() => {});
  });
  while (!isOver) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(decoder.decode(value, { stream: true }));
    size += value.length;
    if (size > 2 * most) {
      const kept = chunks.join("").slice(-most);
      chunks.splice(0, chunks.length, kept);
      size = kept.length;
    }
  }
  return chunks.join("");
}

const mostOutput = 8192;

/** The last lines of a stream, without colours. */
async function lastLines(
  stream: ReadableStream<Uint8Array>,
  ended: Promise<void>,
): Promise<string[]> {
  return Bun.stripANSI(await readUntil(stream, ended, mostOutput))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /[A-Za-z0-9]/.test(line))
    .slice(-keptLines);
}

/** The agent and whatever it started. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
