import type { Runtime } from "../../src/runtimes/runtime.ts";
import type { WakeJob } from "../../src/scenarios/wake-job.ts";
import { around, measured } from "../results/fake-run.ts";

/** A runtime whose agent is a line of `sh`: its job is "$1", its answers go to descriptor 3. */
export function shell(line: string): Runtime {
  const command = ["sh", "-c", line, "agent"];
  return {
    name: "bun@0.0.0",
    agentCommand: command,
    fetchCommand: command,
    trialCommand: command,
    environment: {},
  };
}

/** A line of `sh` that gives an answer. */
export function say(message: object): string {
  return `echo '${JSON.stringify(message)}' >&3`;
}

export const ready = say({ type: "ready", runtime: "bun@0.0.0", pid: 1 });
export const measurement = measured(around(5_000));
export const done = say({ type: "measured", measurements: [measurement] });

export function fails(code: string): string {
  return say({ type: "failed", code, message: "it failed", remedy: null });
}

export const job: WakeJob = {
  scenario: "wake",
  approach: "pipe",
  parameters: {},
  libraryPath: "/nowhere",
  parentPid: process.pid,
  placement: "any",
  cores: { loopCore: -1, wakerCore: -1 },
  loop: "idle",
  spawn: "persistent",
  before: "work",
  gapNs: 100_000,
  ratePerSecond: null,
  wakes: 21,
  warmupWakes: 2,
  seed: 1,
  stages: false,
};
