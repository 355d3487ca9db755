/**
 * What the runner tells an agent, and what an agent answers: one JSON object a line, the same for
 * every runtime. The job is the agent's last argument; answers go to file descriptor 3, so that a
 * waker may print what it likes. src/runner/messages.ts checks the answers.
 */

export type PlacementName = "same-core" | "cross-core" | "any";
export type LoopState = "idle" | "busy";
export type SpawnMode = "persistent" | "per-wake";
export type BeforeNotify = "work" | "sleep";

/** Cores by number, -1 for a thread that is not pinned. */
export type CorePair = { readonly loopCore: number; readonly wakerCore: number };

export type WakeJob = {
  readonly scenario: "wake";
  /** A built-in waker's id, or the absolute path of a file that exports `waker`. */
  readonly waker: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  readonly placement: PlacementName;
  readonly cores: CorePair;
  readonly loop: LoopState;
  readonly spawn: SpawnMode;
  readonly before: BeforeNotify;
  readonly gapNs: number;
  readonly wakes: number;
  readonly warmupWakes: number;
  readonly seed: number;
  readonly stages: boolean;
};

/** Counters of zig/session.zig, in its order; counts, except where the name has a unit. */
export const counterNames = [
  "sent",
  "received",
  "lost",
  "duplicated",
  "reordered",
  "coalesced",
  "early",
  "unparked",
  "foreign",
  "unstamped",
  "misplaced",
  "proofChecked",
  "proofDisagreed",
  "wallNs",
  "cpuLoopNs",
  "cpuWakerNs",
  "cpuProcessNs",
  "voluntarySwitches",
  "gapSpentNs",
  "peakRssBytes",
] as const;
export type Counters = Record<(typeof counterNames)[number], number>;

/** One measured part of a visit. The floor has one for each of its kinds. */
export type Measurement = {
  readonly parameters: Readonly<Record<string, string>>;
  /** notify → resume of each wake that counts, nanoseconds, in order. */
  readonly wakeNs: readonly number[];
  /** notify → enter and enter → resume; empty unless stages were asked for. */
  readonly enterNs: readonly number[];
  readonly resumeNs: readonly number[];
  /** request → first line of the new thread; empty unless a thread is made for each wake. */
  readonly spawnNs: readonly number[];
  readonly counters: Counters;
  /** Median and 99th percentile of what the two stamps of a wake cost, measured in place. */
  readonly harnessNs: { readonly p50Ns: number; readonly p99Ns: number };
  /** False where the platform cannot tell whether the loop was parked. */
  readonly parkingProved: boolean;
  /** Fault that ends the visit without its numbers being wrong: too many lost wakes, and the like. */
  readonly fault: string | null;
};

export type AgentMessage =
  | { readonly type: "ready"; readonly runtime: string; readonly pid: number }
  | { readonly type: "measured"; readonly measurements: readonly Measurement[] }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
    };
