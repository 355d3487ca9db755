import type { Work } from "../dispatchers/dispatcher.ts";
import type { CorePair } from "../native/placing.ts";
import type { PlacementName } from "./wake-job.ts";

/** So many calls, so many of them in flight at once. */
export type DispatchJob = {
  readonly scenario: "dispatch";
  /** A dispatcher's id, or the absolute path of a file that exports `waker`. */
  readonly approach: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  readonly placement: PlacementName;
  readonly cores: CorePair;
  readonly work: Work;
  /** Calls of this visit that count, and those that are made before and dropped. */
  readonly calls: number;
  readonly warmupCalls: number;
  readonly inFlight: number;
  /** Each call has this timeout; null: none has one. */
  readonly timeoutEachNs: number | null;
  /** Whether each call has an AbortSignal of its own, be it aborted or not. */
  readonly signals: boolean;
  /** Shares of the calls, 0 to 1, that are aborted and whose job throws. */
  readonly cancelRate: number;
  readonly throwRate: number;
  /** Draws which calls these are, 32 bits. */
  readonly seed: number;
};
