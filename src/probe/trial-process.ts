import { withLines } from "../child-pipes.ts";
import { type ChildEnd, messagesOf, runChild } from "../runner/child-process.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import type { Observation, TrialJob } from "../trials/job.ts";
import { trialMessageSchema } from "./messages.ts";

/** What a child saw, and how it ended. */
export type TrialOutcome = {
  readonly observations: readonly Observation[];
  /** `ok`: in order, whatever it saw. `interrupted`: it was never started, or ended by the user. */
  readonly end: "ok" | "crashed" | "timeout" | "failed" | "unsupported" | "interrupted";
  /** The signal or the code, in a word, and what was printed; null when it ended in order. */
  readonly error: { readonly name: string; readonly detail: string } | null;
};

/** Of a trial that was not made. */
export const neverRun: TrialOutcome = { observations: [], end: "interrupted", error: null };

/** A trial that hangs is cut; none that works takes a third of it. */
const timeoutMs = 12_000;

/** Tries one thing in a child process. Never throws. */
export async function runTrial(
  runtime: Runtime,
  job: TrialJob,
  signal: AbortSignal,
  mostMs: number = timeoutMs,
): Promise<TrialOutcome> {
  const { environment, trialCommand } = runtime;
  const command = [...trialCommand, JSON.stringify(job)];
  return outcomeOf(await runChild(command, { environment, timeoutMs: mostMs, signal }));
}

function outcomeOf({ how, answers, signalCode, exitCode, lines }: ChildEnd): TrialOutcome {
  const messages = messagesOf(answers, trialMessageSchema);
  const observations = messages.flatMap((message) =>
    message.type === "observed" ? [message.observation] : [],
  );
  const ended = (end: TrialOutcome["end"], name: string, detail: string): TrialOutcome => ({
    observations,
    end,
    error: { name, detail },
  });
  if (how === "interrupted") return neverRun;
  if (how === "unstarted") return ended("failed", "no process", withLines("not started", lines));
  if (how === "timeout") return ended("timeout", "hang", withLines("it had to be killed", lines));
  if (signalCode !== null) {
    return ended("crashed", String(signalCode), withLines(String(signalCode), lines));
  }
  const failed = messages.find(({ type }) => type === "failed");
  if (failed?.type === "failed") {
    const end = failed.code === "UNSUPPORTED" ? "unsupported" : "failed";
    return ended(end, failed.code ?? "error", failed.message);
  }
  if (messages.some(({ type }) => type === "ended")) {
    return { observations, end: "ok", error: null };
  }
  return ended("crashed", `exit ${exitCode}`, withLines(`exit code ${exitCode}`, lines));
}
