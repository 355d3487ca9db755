import type { Dispatcher } from "../../src/dispatchers/dispatcher.ts";
import type { CallCase } from "../../src/plan/calls.ts";
import { assembleDispatch } from "../../src/results/assemble-dispatch.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import type { DispatchSetup } from "../../src/runner/dispatch-run.ts";
import type { DispatchMeasurement } from "../../src/scenarios/dispatch-measurement.ts";
import {
  called,
  controlOf,
  dispatcherOf,
  type FakeCalls,
  fakeDispatchRun,
} from "../results/fake-dispatch.ts";
import { crossCore, sameCore } from "../results/fake-run.ts";
import { resultsWith } from "../results/fake-series.ts";

/** Nanoseconds of a call, or all that was measured of one round, or that nothing was. */
type Measured = number | DispatchMeasurement | "crashed";

/** What a contender does in each of three rounds. */
export type CallsRow = {
  readonly label: string;
  readonly kind?: Dispatcher["kind"];
  readonly near?: Measured;
  /** Across cores. */
  readonly far?: Measured;
  /** On one core. */
  readonly cases?: Partial<Readonly<Record<CallCase, Measured>>>;
  readonly isControl?: boolean;
};

/** A little noise in the rounds, the same for all rows, so that ratios stay what they are. */
function outcomeOf(what: Measured, round: number, name: CallCase): FakeCalls["outcome"] {
  if (what === "crashed") return { status: "crashed", error: "SIGSEGV", measurements: [] };
  return typeof what === "number"
    ? called(what * (1 + round / 100), { endings: endingsOf(name) })
    : what;
}

/** Of the 10,000 calls of a visit all end as their case has it. */
function endingsOf(name: CallCase): Partial<DispatchMeasurement["endings"]> {
  if (name === "cancellation") return { answered: 0, cancelled: 10_000 };
  return name === "expiry" ? { answered: 0, timedOut: 10_000 } : {};
}

/** Series of calls, made of fake measurements as the program makes them. */
export function callsSeries(
  rows: readonly CallsRow[],
  setup: Partial<DispatchSetup> = {},
): Series[] {
  const subjects = rows.map(({ label, kind = "thread", isControl = false }) => {
    const subject = dispatcherOf(label, kind);
    return isControl ? controlOf(subject) : subject;
  });
  const placements = rows.some(({ far }) => far !== undefined) ? [sameCore, crossCore] : [sameCore];
  const visits = [0, 1, 2].flatMap((round) =>
    rows.flatMap(({ near, far, cases = {} }, subject): FakeCalls[] => {
      const visit = (what: Measured | undefined, rest: Partial<FakeCalls> = {}): FakeCalls[] =>
        what === undefined
          ? []
          : [{ round, subject, ...rest, outcome: outcomeOf(what, round, rest.case ?? "plain") }];
      return [
        ...visit(near),
        ...visit(far, { placement: 1 }),
        ...Object.entries(cases).flatMap(([name, what]) => visit(what, { case: name as CallCase })),
      ];
    }),
  );
  const run = fakeDispatchRun(subjects, visits, { placements, ...setup });
  return assembleDispatch(run, null).map(({ series }) => series);
}

export function callsResults(
  rows: readonly CallsRow[],
  setup: Partial<DispatchSetup> = {},
): Results {
  return { ...resultsWith([]), series: callsSeries(rows, setup) };
}

/** A run as it may come out: two threads, a Worker, a pool, both floors, and a control. */
export const usual: readonly CallsRow[] = [
  { label: "bell", near: 6_300, far: 46_000 },
  {
    label: "lift",
    near: 5_900,
    far: 40_000,
    cases: { signal: 6_200, timeout: 6_400, exception: 9_100, cancellation: 7_000, expiry: 2e6 },
  },
  { label: "lift:wait=adaptive", near: 5_900, far: spinning(20_000) },
  { label: "clerk", kind: "worker", near: 8_000, far: 50_000 },
  { label: "crowd", kind: "pool", near: 23_000, far: 66_000 },
  { label: "floor:via=futex", kind: "floor", near: 3_200, far: 36_000 },
  { label: "floor:via=eventfd", kind: "floor", near: 4_100, far: 38_000 },
  { label: "bell", near: 6_300, far: 46_000, isControl: true },
];

/** Calls to a worker that spins: both cores are busy for most of the time. */
export function spinning(nsPerCall: number): DispatchMeasurement {
  const wallNs = nsPerCall * 10_000;
  const cost = {
    cpuProcessNs: 1.5 * wallNs,
    cpuLoopNs: 0.5 * wallNs,
    cpuWorkerNs: 0.98 * wallNs,
    cpuOtherNs: 0.01 * wallNs,
  };
  return called(nsPerCall, { cost });
}
