import type * as zod from "zod";
import type { Native } from "../native/library.ts";
import type { WakeReader, Waker } from "../wakers/waker.ts";
import type { Measurement } from "./measurement.ts";
import type { WakeJob } from "./wake-job.ts";

/** What an agent gives a scenario to work with. */
export type Visit = {
  readonly job: WakeJob;
  readonly waker: Waker;
  readonly native: Native;
  /** How this runtime reads a file descriptor. */
  read(fd: number): WakeReader;
};

/** A workload that is measured. */
export type Scenario = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /**
   * The parameters as a zod object: flags, defaults, help and validation come from it. zod is handed
   * in, because an agent loads this file too and does without.
   */
  parameters(z: typeof zod): zod.ZodObject;
  /** Contenders that are measured when none is named. */
  readonly defaultContenders: readonly string[];
  /** Runs one visit inside an agent. */
  visit(visit: Visit): Promise<Measurement[]>;
};
