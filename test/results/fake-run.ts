import type { VisitOutcome } from "../../src/runner/agent-process.ts";
import type { Subject } from "../../src/runner/subject.ts";
import type { VisitRecord, WakeRun, WakeSetup } from "../../src/runner/wake-run.ts";
import type { Runtime } from "../../src/runtimes/runtime.ts";
import {
  type Counters,
  counterNames,
  type WakeMeasurement,
} from "../../src/scenarios/measurement.ts";
import { findWaker } from "../../src/wakers/find.ts";

export const fakeRuntime: Runtime = {
  name: "bun@1.4.5",
  agentCommand: ["bun"],
  fetchCommand: ["bun"],
  trialCommand: ["bun"],
  environment: {},
};

export const sameCore = { name: "same-core", cores: { loopCore: 1, wakerCore: 1 } } as const;
export const crossCore = { name: "cross-core", cores: { loopCore: 1, wakerCore: 0 } } as const;

export async function subjectOf(waker: string, isControl = false): Promise<Subject> {
  return {
    label: waker,
    contender: { name: waker, runtime: null, waker, parameters: {} },
    approachPath: waker,
    approach: await findWaker(waker),
    runtime: fakeRuntime,
    isControl,
    isNamed: !isControl,
  };
}

/** Measured samples of one visit; counters that are not given follow from them. */
export function measured(
  wakeNs: readonly number[],
  rest: Partial<Omit<WakeMeasurement, "counters">> & { readonly counters?: Partial<Counters> } = {},
): WakeMeasurement {
  const zeroes = Object.fromEntries(counterNames.map((name) => [name, 0])) as Counters;
  return {
    scenario: "wake",
    parameters: {},
    wakeNs,
    enterNs: [],
    resumeNs: [],
    spawnNs: [],
    lateNs: [],
    harnessNs: { p50Ns: 90, p99Ns: 120 },
    parkingProved: true,
    fault: null,
    ...rest,
    counters: { ...zeroes, sent: wakeNs.length, received: wakeNs.length, ...rest.counters },
  };
}

/** Twenty-one samples around a median, ten of them above it. */
export function around(p50Ns: number): number[] {
  return Array.from({ length: 21 }, (_, index) => p50Ns + index - 10);
}

export type FakeVisit = {
  readonly round: number;
  readonly subject: number;
  readonly placement?: number;
  readonly isRepeated?: boolean;
  readonly outcome: VisitOutcome<WakeMeasurement> | readonly WakeMeasurement[];
};

/** A run as the runner returns it, made by hand. */
export function fakeRun(
  subjects: readonly Subject[],
  visits: readonly FakeVisit[],
  setup: Partial<WakeSetup> = {},
): WakeRun {
  return {
    setup: {
      subjects,
      placements: [sameCore],
      loop: "idle",
      spawn: "persistent",
      before: "work",
      gapNs: 100_000,
      ratePerSecond: null,
      stages: false,
      rounds: 3,
      leastRounds: setup.rounds ?? 3,
      wakes: 21,
      warmupWakes: 2,
      timeNs: 1e9,
      seed: 1,
      libraryPath: "/nowhere",
      ...setup,
    },
    visits: visits.map(recordOf),
    partial: false,
  };
}

function recordOf(visit: FakeVisit): VisitRecord {
  const { round, subject, placement = 0, isRepeated = false, outcome } = visit;
  return {
    planned: { round, subject, placement, seed: 1 },
    wakes: 21,
    warmupWakes: 2,
    outcome: "status" in outcome ? outcome : { status: "ok", measurements: outcome },
    isRepeated,
  };
}
