/** Counters of zig/accounting.zig, in its order; counts, except where the name has a unit. */
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
  "settleNs",
] as const;
export type Counters = Record<(typeof counterNames)[number], number>;

/** One measured part of a visit. The floor has one for each of its kinds. */
export type WakeMeasurement = {
  readonly scenario: "wake";
  readonly parameters: Readonly<Record<string, string>>;
  /** notify → resume of each wake that counts, nanoseconds, in order; in an open loop due → resume. */
  readonly wakeNs: readonly number[];
  /** notify → enter and enter → resume; empty unless stages were asked for. */
  readonly enterNs: readonly number[];
  readonly resumeNs: readonly number[];
  /** request → first line of the new thread; empty unless a thread is made for each wake. */
  readonly spawnNs: readonly number[];
  /** due → notify: how late the schedule was itself; empty in a closed loop. */
  readonly lateNs: readonly number[];
  readonly counters: Counters;
  /** Median and 99th percentile of what the two stamps of a wake cost, measured in place. */
  readonly harnessNs: { readonly p50Ns: number; readonly p99Ns: number };
  /** False where the platform cannot tell whether the loop was parked. */
  readonly parkingProved: boolean;
  /** Fault that ends the visit without its numbers being wrong: too many lost wakes, and the like. */
  readonly fault: string | null;
};
