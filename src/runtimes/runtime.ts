/** A program that runs the JavaScript (later: Python) side of a visit. */
export type Runtime = {
  /** With its version: `bun@1.4.5`. */
  readonly name: string;
  /** What starts an agent of this runtime; the job follows as last argument. */
  readonly agentCommand: readonly string[];
  /** What starts a program that makes requests (src/agent/fetch.ts); the job follows as last argument. */
  readonly fetchCommand: readonly string[];
  /** What starts a trial (src/agent/trial.ts); the job follows as last argument. */
  readonly trialCommand: readonly string[];
  /** Added to the environment of the agent. */
  readonly environment: Readonly<Record<string, string>>;
};

/** How runtimes of one kind are found. */
export type RuntimeKind = {
  readonly id: string;
  readonly summary: string;
  /** Whether this kind is meant by what was written after `--runtime`. */
  accepts(written: string): boolean;
  /** @throws WakerbenchError RUNTIME_NOT_FOUND */
  find(written: string): Promise<Runtime>;
};
