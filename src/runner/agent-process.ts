import type { Measurement, WakeJob } from "../agent/messages.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { agentMessageSchema } from "./messages.ts";

/** How a visit ended. */
export type VisitOutcome =
  | { readonly status: "ok"; readonly measurements: readonly Measurement[] }
  | {
      readonly status: "crashed" | "timeout" | "failed" | "unsupported";
      readonly error: string;
      /** Of the agent's own error, when it had one. */
      readonly code?: string;
      readonly measurements: readonly Measurement[];
    }
  | { readonly status: "interrupted"; readonly measurements: readonly [] };

const keptLines = 6;

/**
 * Starts an agent, waits for its answer, and sees to it that nothing of it is left. Never throws: a
 * crash, a hang or a wrong answer is an outcome.
 *
 * @param timeoutMs after which the agent is killed
 */
export async function visit(
  runtime: Runtime,
  job: WakeJob,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<VisitOutcome> {
  if (signal.aborted) return { status: "interrupted", measurements: [] };
  const agent = Bun.spawn([...runtime.agentCommand, JSON.stringify(job)], {
    env: { ...process.env, ...runtime.environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let timedOut = false;
  const kill = () => agent.kill("SIGKILL");
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  try {
    const [answers, stdout, stderr] = await Promise.all([
      readAll(agent.stdio[3]),
      lastLines(agent.stdout),
      lastLines(agent.stderr),
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
    return outcomeOf(answers, agent.signalCode, agent.exitCode, [...stdout, ...stderr]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    kill();
  }
}

function outcomeOf(
  answers: string,
  signalCode: NodeJS.Signals | number | null,
  exitCode: number | null,
  lines: readonly string[],
): VisitOutcome {
  const messages = answers
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .flatMap((line) => {
      const parsed = agentMessageSchema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    });
  const measured = messages.find(({ type }) => type === "measured");
  const measurements = measured?.type === "measured" ? measured.measurements : [];
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

/** All that comes through the extra pipe. Its descriptor is closed at the end. */
async function readAll(fd: number | null | undefined): Promise<string> {
  if (typeof fd !== "number") return "";
  return await Bun.file(fd).text();
}

/** The last lines of a stream, without colours; what comes before is dropped as it comes. */
async function lastLines(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-8192);
  }
  return Bun.stripANSI(text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /[A-Za-z0-9]/.test(line))
    .slice(-keptLines);
}
