/**
 * Where the wakes of a flood went, from the end of the warm-up to the end of settling. Of a message
 * each wake is accounted for by its thread and its number; of a doorbell, rings are compared with the
 * rings that JavaScript took note of.
 */
export const burstAuditNames = [
  "sent",
  "received",
  "lost",
  "duplicated",
  "reordered",
  "coalesced",
  /** Notifies that came back with a no of the waker's own: full, and told so. */
  "refused",
] as const;
export type BurstAudit = Readonly<Record<(typeof burstAuditNames)[number], number>>;

/** What the flood and its settling have used. */
export type BurstCost = {
  readonly wallNs: number;
  readonly cpuLoopNs: number;
  /** Null where the platform cannot tell. */
  readonly cpuProducersNs: number | null;
  readonly cpuProcessNs: number;
  /** Of the loop thread; null where the platform cannot tell. */
  readonly voluntarySwitches: number | null;
  readonly peakRssBytes: number;
};

/** What one flood came to. */
export type BurstMeasurement = {
  readonly scenario: "burst";
  readonly parameters: Readonly<Record<string, string>>;
  /** Measured length of the flood. */
  readonly floodNs: number;
  /**
   * Wakes whose handler ran within the flood. Counted in native memory, so that a native thread reads
   * it when the flood begins and when it ends.
   */
  readonly delivered: number;
  /** Entries into JavaScript until the last wake was heard. */
  readonly entries: number;
  readonly audit: BurstAudit;
  /** What one notify cost its thread: one in so many, sampled over all threads, evenly. */
  readonly notifyNs: readonly number[];
  /**
   * How late each tick of a 1 ms timer of the loop was. Ticks that could not be, because the loop was
   * held up, are among them.
   */
  readonly lateNs: readonly number[];
  /** From the end of the flood until the last wake was heard. */
  readonly settleNs: number;
  /** Peak resident set during flood and settling, less the resident set before the flood. */
  readonly memoryGrowthBytes: number;
  readonly cost: BurstCost;
  /** Fault that ends the visit without its numbers being wrong. */
  readonly fault: string | null;
};

/**
 * Wakes that were heard, a second, from the beginning of the flood until the last of them was heard.
 *
 * Not only those within the flood: where threads that do not pause outnumber the cores, the loop may not
 * run once in a hundred milliseconds, and what is heard within the flood is up to the scheduler. What
 * the flood left behind is heard afterwards, and the time that it takes counts.
 */
export function wakesPerSecond({ audit, floodNs, settleNs }: BurstMeasurement): number {
  return floodNs > 0 ? (audit.received / (floodNs + settleNs)) * 1e9 : 0;
}
