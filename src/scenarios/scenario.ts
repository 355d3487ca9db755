import type * as zod from "zod";
import type { Approach, Catalogue } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";
import type { WakeReader, Waker } from "../wakers/waker.ts";
import type { AgentJob, Measurement } from "./job.ts";

/** What an agent gives a scenario to work with. */
export type Visit<Job extends AgentJob = AgentJob, A extends Approach = Waker> = {
  readonly job: Job;
  readonly approach: A;
  readonly native: Native;
  /** How this runtime reads a file descriptor. */
  read(fd: number): WakeReader;
};

/** A workload that is measured; `Job` is what its agents are told. */
export type Scenario<Job extends AgentJob = AgentJob, A extends Approach = Waker> = {
  readonly id: Job["scenario"];
  readonly title: string;
  readonly summary: string;
  /**
   * The parameters as a zod object: flags, defaults, help and validation come from it. zod is handed
   * in, because an agent loads this file too and does without.
   */
  parameters(z: typeof zod): zod.ZodObject;
  /** What its contenders name. */
  readonly catalogue: Catalogue<A>;
  /** Contenders that are measured when none is named. */
  readonly defaultContenders: readonly string[];
  /** Runs one visit inside an agent: a job whose `scenario` is this one's id. */
  visit(visit: Visit<Job, A>): Promise<readonly Measurement[]>;
};
