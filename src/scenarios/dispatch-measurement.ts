/** How the calls of a visit ended: each in one of these ways, once. */
export const callEndings = [
  /** With its own number. */
  "answered",
  /** With the error that its job threw. */
  "threw",
  "cancelled",
  "timedOut",
] as const;
export type CallEnding = (typeof callEndings)[number];

/** Where calls went that did not end as they should. */
export const dispatchAuditNames = [
  "sent",
  /** Calls whose promise was settled. */
  "settled",
  /** Promises that were never settled. */
  "lost",
  /** Settled more than once: a second answer came, and was heard. */
  "duplicated",
  /** Answered with what is not their own: another's number, or an error that no one threw. */
  "mistaken",
] as const;
export type DispatchAudit = Readonly<Record<(typeof dispatchAuditNames)[number], number>>;

/** What the measured calls used. */
export type DispatchCost = {
  readonly wallNs: number;
  /** The process's own figure (CLOCK_PROCESS_CPUTIME_ID). */
  readonly cpuProcessNs: number;
  readonly cpuLoopNs: number;
  /** Of all threads that did the work; null where the platform cannot tell. */
  readonly cpuWorkerNs: number | null;
  /**
   * Of all other threads of the process, read thread by thread and not as what is left of the whole, so that the
   * sum can be held against the process's figure; null where the platform cannot tell.
   */
  readonly cpuOtherNs: number | null;
  /** Of the loop thread; null where the platform cannot tell. */
  readonly voluntarySwitches: number | null;
  readonly peakRssBytes: number;
};

/** What one visit came to. */
export type DispatchMeasurement = {
  readonly scenario: "dispatch";
  readonly parameters: Readonly<Record<string, string>>;
  /** From sending a call until its caller went on: of each call, or of one in `sampledEvery`. */
  readonly callNs: readonly number[];
  readonly sampledEvery: number;
  readonly endings: Readonly<Record<CallEnding, number>>;
  readonly audit: DispatchAudit;
  readonly cost: DispatchCost;
  /** From opening the worker until its first answer, and how long closing took. Not part of the cost. */
  readonly startNs: number;
  readonly stopNs: number;
  /** What the two stamps of a call cost, in place. */
  readonly harnessNs: number;
  /** Fault that ends the visit without its numbers being wrong. */
  readonly fault: string | null;
};
