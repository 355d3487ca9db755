import type { Dispatcher, Work } from "../dispatchers/dispatcher.ts";
import type { PlacementName } from "../scenarios/wake-job.ts";
import { splitMix64 } from "../stats/random.ts";

/**
 * What the calls of a row are given, or come to. `plain` is what was asked for on the command line; each
 * other one shows what one part of a complete worker costs:
 *
 * - `signal`: each call has an AbortSignal, of which none is aborted;
 * - `timeout`: each call has a timeout, of which none runs out;
 * - `exception`: each job throws in the worker;
 * - `cancellation`: each call is aborted after it was sent;
 * - `expiry`: each call takes longer than its timeout.
 */
export type CallCase = "plain" | "signal" | "timeout" | "exception" | "cancellation" | "expiry";

/** The cases that are measured beside the plain one, in the order of the table. */
export const completenessCases = [
  "signal",
  "timeout",
  "exception",
  "cancellation",
  "expiry",
] as const satisfies readonly CallCase[];

/** The dispatchers whose completeness is measured: a dedicated native thread, a dedicated Bun Worker. */
const completeDispatchers: readonly string[] = ["ring", "post-message"];

/** One row of the result, visited once a round. */
export type CallRow = {
  /** Index of the subject. */
  readonly subject: number;
  /** Index of the placement. */
  readonly placement: number;
  readonly case: CallCase;
};

/** One agent to be started. */
export type PlannedCalls = CallRow & {
  readonly round: number;
  /** Index of the row. */
  readonly row: number;
  /** Calls that are measured. */
  readonly calls: number;
  /** Draws which calls are cancelled or throw, 32 bits. */
  readonly seed: number;
};

/** What the rows are made from: the subjects, of which some are controls. */
type RowSubject = {
  readonly approach: Pick<Dispatcher, "id">;
  readonly isControl: boolean;
};

/**
 * All rows: each subject's plain one in each placement, and what completeness costs for the first subject of
 * a native and of a Bun Worker. That is asked in the first placement only: it is work on one thread or the
 * other, which does not depend on where they are, and crossing cores would drown it.
 *
 * @param withCases false: the plain ones only
 */
export function callRows(
  subjects: readonly RowSubject[],
  placementCount: number,
  withCases: boolean,
): CallRow[] {
  const plain = Array.from({ length: placementCount }, (_, placement) =>
    subjects.map((_, subject): CallRow => ({ subject, placement, case: "plain" })),
  ).flat();
  if (!withCases) return plain;
  const complete = completeDispatchers
    .map((id) => subjects.findIndex(({ approach, isControl }) => approach.id === id && !isControl))
    .filter((subject) => subject >= 0);
  const cases = complete.flatMap((subject) =>
    completenessCases.map((name): CallRow => ({ subject, placement: 0, case: name })),
  );
  return [...plain, ...cases];
}

/**
 * A blocked design: each round visits every row once, in an order that the seed draws anew for each round.
 * The rounds share the calls evenly.
 *
 * @param count calls to each row, at least one for each round
 */
export function planCalls(
  rows: readonly CallRow[],
  roundCount: number,
  count: number,
  seed: number,
): PlannedCalls[][] {
  const random = splitMix64(seed);
  const indexed = rows.map((row, index) => ({ ...row, row: index }));
  return Array.from({ length: roundCount }, (_, round) =>
    random.shuffle(indexed).map((row) => ({
      ...row,
      round,
      calls: shareOf(countOf(row, count), round, roundCount),
      seed: random.nextBelow(2 ** 32),
    })),
  );
}

/** Calls that run out take their timeout's time. */
const mostExpiries = 500;

/** Calls to a row over all rounds, when `count` are asked for. */
export function countOf({ case: name }: Pick<CallRow, "case">, count: number): number {
  return name === "expiry" ? Math.min(count, mostExpiries) : count;
}

/** What falls to one round: the first rounds have what does not divide evenly. */
function shareOf(count: number, round: number, roundCount: number): number {
  const share = Math.floor(count / roundCount) + (round < count % roundCount ? 1 : 0);
  return Math.max(1, share);
}

/** What a visit costs in time: nanoseconds to start and end its agent, and for each call. */
export type CallCost = { readonly fixedNs: number; readonly perCallNs: number };

/** What the calls of a row are like, as far as their cost goes. */
export type CallKind = {
  readonly placement: PlacementName;
  readonly case: CallCase;
  readonly inFlight: number;
  readonly work: Work;
  /** Share of the calls that are aborted, 0 to 1. */
  readonly cancelRate: number;
};

/** What a call is taken to cost on one core and across two, in µs, by who does the work. */
const callUs = {
  floor: { near: 2, far: 40 },
  thread: { near: 4, far: 45 },
  worker: { near: 6, far: 50 },
  pool: { near: 12, far: 70 },
} as const;
const caseUs: Readonly<Record<CallCase, number>> = {
  plain: 0,
  signal: 1,
  timeout: 1,
  exception: 8,
  cancellation: 8,
  expiry: 1_500,
};
/** More calls in flight share a crossing; what is left is done for each. */
const mostSharing = 16;

/** A pool of Workers may stop a job only with its thread, and makes another. */
const killedThreadNs = 10e6;

function callNsOf(doer: Dispatcher["kind"], kind: CallKind): number {
  const { placement, case: name, inFlight, work, cancelRate } = kind;
  const { near, far } = callUs[doer];
  const crossingUs = placement === "same-core" ? near : far;
  const workNs = work.kind === "spin" ? work.spinNs : work.kind === "sqlite" ? 10e3 : 1e3;
  const killedNs = doer === "pool" ? cancelRate * killedThreadNs : 0;
  const ownNs = caseUs[name] * 1e3 + workNs + killedNs;
  return (crossingUs * 1e3) / Math.min(inFlight, mostSharing) + ownNs;
}

/** Before anything is measured: what an agent and its calls are taken to cost. */
export function expectedCallCost(doer: Dispatcher["kind"], kind: CallKind): CallCost {
  return { fixedNs: 120e6, perCallNs: callNsOf(doer, kind) };
}

/** How long a warm-up is taken to last, and its bounds in calls; `mostForEach`: of those that come one at a time. */
const warmup = { nearNs: 180e6, farNs: 120e6, most: 200_000, mostForEach: 4 } as const;

/**
 * Calls that are made before those that count, the same for all contenders: as many as are taken to last
 * some tenths of a second, and no more than four for each one that counts, or the time of four: those that
 * overlap are quicker. JavaScriptCore compiles what is hot once more after twenty or thirty thousand calls;
 * across cores so many would take seconds, and what its compilers use is a hundredth of a call.
 */
export function warmupCallsOf(calls: number, kind: CallKind): number {
  const lastingNs = kind.placement === "same-core" ? warmup.nearNs : warmup.farNs;
  const lasting = Math.ceil(lastingNs / callNsOf("worker", kind));
  const sharing = Math.min(kind.inFlight, mostSharing);
  return Math.min(lasting, warmup.most, warmup.mostForEach * sharing * calls);
}

/** How much of a whole warm-up so many calls have, 0 to 1: less than 1 where they are few. */
export function warmupShareOf(calls: number, kind: CallKind): number {
  return warmupCallsOf(calls, kind) / warmupCallsOf(Number.POSITIVE_INFINITY, kind);
}

/** How long a visit of so many calls takes, with its warm-up, nanoseconds. */
export function expectedCallsNs(
  { fixedNs, perCallNs }: CallCost,
  calls: number,
  warmupCalls: number,
): number {
  return fixedNs + perCallNs * (calls + warmupCalls);
}
