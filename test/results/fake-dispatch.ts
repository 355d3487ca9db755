import type { Dispatcher } from "../../src/dispatchers/dispatcher.ts";
import type { CallCase, CallRow } from "../../src/plan/calls.ts";
import type { DispatchRun, DispatchSetup } from "../../src/runner/dispatch-run.ts";
import type { Subject } from "../../src/runner/subject.ts";
import type { DispatchMeasurement } from "../../src/scenarios/dispatch-measurement.ts";
import { fakeRuntime, sameCore } from "./fake-run.ts";

/** A dispatcher that is nothing but its name and kind, written as on the command line. */
export function dispatcherOf(
  label: string,
  kind: Dispatcher["kind"] = "thread",
): Subject<Dispatcher> {
  const [id = "", ...settings] = label.split(":");
  const parameters = Object.fromEntries(settings.map((setting) => setting.split("=")));
  return {
    label,
    contender: { name: label, runtime: null, waker: id, parameters },
    approachPath: id,
    approach: {
      id,
      title: id,
      summary: `calls by ${id}`,
      kind,
      platforms: ["linux"],
      advice: { when: `${id} suits you`, against: `${id} has a price`, code: `use("${id}");` },
      open: () => Promise.reject(new Error("a fake is never opened")),
    },
    runtime: fakeRuntime,
    isControl: false,
    isNamed: true,
  };
}

/** The first contender a second time. */
export function controlOf(subject: Subject<Dispatcher>): Subject<Dispatcher> {
  return { ...subject, isControl: true, isNamed: false };
}

type CallsRequest = Partial<Omit<DispatchMeasurement, "audit" | "cost" | "endings">> & {
  readonly audit?: Partial<DispatchMeasurement["audit"]>;
  readonly cost?: Partial<DispatchMeasurement["cost"]>;
  readonly endings?: Partial<DispatchMeasurement["endings"]>;
};

/** Enough for a p99, and a tail long enough that it comes from every round. */
const stamped = { body: 950, tail: 50 } as const;

/** Latencies that lie evenly from half to one and a half of a call's time, and a tail up to thrice of it. */
function latenciesAround(nsPerCall: number): number[] {
  const { body, tail } = stamped;
  return [
    ...Array.from({ length: body }, (_, index) => nsPerCall * (0.5 + index / body)),
    ...Array.from({ length: tail }, (_, index) => nsPerCall * (1.5 + (1.5 * index) / tail)),
  ];
}

/**
 * A visit of 10,000 calls that take so long each, all answered. Of the time the loop has
 * a half, the worker two fifths, and all others one tenth.
 */
export function called(nsPerCall: number, rest: CallsRequest = {}): DispatchMeasurement {
  const calls = rest.audit?.sent ?? 10_000;
  const wallNs = rest.cost?.wallNs ?? calls * nsPerCall;
  return {
    scenario: "dispatch",
    parameters: {},
    callNs: latenciesAround(nsPerCall),
    sampledEvery: 1,
    startNs: 2e6,
    stopNs: 1e6,
    harnessNs: 40,
    fault: null,
    ...rest,
    endings: { answered: calls, threw: 0, cancelled: 0, timedOut: 0, ...rest.endings },
    audit: { sent: calls, settled: calls, lost: 0, duplicated: 0, mistaken: 0, ...rest.audit },
    cost: {
      wallNs,
      cpuProcessNs: wallNs,
      cpuLoopNs: wallNs * 0.5,
      cpuWorkerNs: wallNs * 0.4,
      cpuOtherNs: wallNs * 0.1,
      voluntarySwitches: calls,
      peakRssBytes: 2 ** 26,
      ...rest.cost,
    },
  };
}

export type FakeCalls = {
  readonly round: number;
  readonly subject: number;
  readonly placement?: number;
  readonly case?: CallCase;
  readonly isRepeated?: boolean;
  readonly outcome: DispatchRun["visits"][number]["outcome"] | DispatchMeasurement;
};

/** A run as the runner returns it, made by hand: plain rows of all, and the cases that were visited. */
export function fakeDispatchRun(
  subjects: readonly Subject<Dispatcher>[],
  visits: readonly FakeCalls[],
  setup: Partial<DispatchSetup> = {},
): DispatchRun {
  const placements = setup.placements ?? [sameCore];
  const rows: CallRow[] = placements.flatMap((_, placement) =>
    subjects.map((_, subject) => ({ subject, placement, case: "plain" }) as const),
  );
  const planned = visits.map(({ round, subject, placement = 0, case: name = "plain" }) => {
    const isSame = (row: CallRow) =>
      row.subject === subject && row.placement === placement && row.case === name;
    if (!rows.some(isSame)) rows.push({ subject, placement, case: name });
    const row = rows.findIndex(isSame);
    return { round, row, subject, placement, case: name, calls: 10_000, seed: 1 };
  });
  return {
    setup: {
      subjects,
      placements,
      rows,
      count: 30_000,
      rounds: 3,
      inFlight: 1,
      work: { kind: "spin", spinNs: 0 },
      timeoutEachNs: null,
      cancelRate: 0,
      throwRate: 0,
      seed: 1,
      libraryPath: "/nowhere",
      ...setup,
    },
    visits: visits.map(({ outcome, isRepeated = false }, index) => ({
      planned: planned[index] as (typeof planned)[number],
      outcome: "status" in outcome ? outcome : { status: "ok", measurements: [outcome] },
      isRepeated,
    })),
    partial: false,
  };
}

/** Three rounds of each subject, whose calls take so long; each round one part in a hundred longer. */
export function steadyCalls(
  nsPerCall: readonly number[],
  rest: Pick<FakeCalls, "placement" | "case"> & { readonly calls?: CallsRequest } = {},
): FakeCalls[] {
  const { calls, ...where } = rest;
  return [0, 1, 2].flatMap((round) =>
    nsPerCall.map((ns, subject) => ({
      ...where,
      round,
      subject,
      outcome: called(ns * (1 + round / 100), calls),
    })),
  );
}
