import type { Measurement } from "../scenarios/job.ts";

/**
 * What the runner tells an agent, and what an agent answers: one JSON object a line, the same for
 * every runtime. The job is the agent's last argument; answers go to file descriptor 3, so that a
 * waker may print what it likes. src/runner/messages.ts checks the answers.
 */

export type AgentMessage =
  | { readonly type: "ready"; readonly runtime: string; readonly pid: number }
  | { readonly type: "measured"; readonly measurements: readonly Measurement[] }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
    };
