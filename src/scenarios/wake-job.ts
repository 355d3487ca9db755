import type { CorePair } from "../native/placing.ts";

export type PlacementName = "same-core" | "cross-core" | "any";
export type LoopState = "idle" | "busy";
export type SpawnMode = "persistent" | "per-wake";
export type BeforeNotify = "work" | "sleep";

export type WakeJob = {
  readonly scenario: "wake";
  /** A built-in waker's id, or the absolute path of a file that exports `waker`. */
  readonly approach: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  readonly placement: PlacementName;
  readonly cores: CorePair;
  readonly loop: LoopState;
  readonly spawn: SpawnMode;
  readonly before: BeforeNotify;
  readonly gapNs: number;
  /** Wakes a second of an open loop; null: a closed one, in which each wake is asked for. */
  readonly ratePerSecond: number | null;
  readonly wakes: number;
  readonly warmupWakes: number;
  readonly seed: number;
  readonly stages: boolean;
};
