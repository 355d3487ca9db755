import type { Approach } from "../../src/approaches/approach.ts";
import type { WorkloadRow } from "../../src/plan/workload-rounds.ts";
import type { VisitOutcome } from "../../src/runner/agent-process.ts";
import type { Subject } from "../../src/runner/subject.ts";
import type { WorkloadRun, WorkloadSetup } from "../../src/runner/workload-run.ts";
import type { AnyWorkloadMeasurement } from "../../src/scenarios/job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { fakeRuntime } from "./fake-run.ts";

/** A library that is nothing but its name. */
export function libraryOf(id: string): Subject<Approach> {
  return {
    label: id,
    contender: { name: id, runtime: null, waker: id, parameters: {} },
    approachPath: id,
    approach: {
      id,
      title: id,
      summary: `tasks by ${id}`,
      advice: { when: `${id} suits you`, against: `${id} has a price`, code: `use("${id}");` },
    },
    runtime: fakeRuntime,
    isControl: false,
    isNamed: true,
  };
}

type WorkRequest = Partial<Omit<WorkloadMeasurement<"spawn">, "audit" | "cost">> & {
  readonly audit?: Partial<WorkloadMeasurement["audit"]>;
  readonly cost?: Partial<WorkloadMeasurement["cost"]>;
};

/** Latencies that lie evenly around one, enough of them for a p99. */
function latenciesAround(latencyNs: number): number[] {
  return Array.from({ length: 1_000 }, (_, index) => latencyNs * (0.5 + index / 1_000));
}

/** A visit of 1,000 tasks that take so long each, all ended as they should. */
export function worked(nsPerTask: number, rest: WorkRequest = {}): WorkloadMeasurement<"spawn"> {
  const done = rest.done ?? 1_000;
  const wallNs = rest.cost?.wallNs ?? done * nsPerTask;
  return {
    scenario: "spawn",
    parameters: {},
    latencyNs: latenciesAround(nsPerTask * 100),
    stages: {},
    done,
    decidingNs: nsPerTask,
    counts: {},
    levels: {},
    marks: {},
    harnessNs: 40,
    fault: null,
    ...rest,
    audit: { sent: done, received: done, lost: 0, duplicated: 0, mistaken: 0, ...rest.audit },
    cost: {
      wallNs,
      cpuProcessNs: wallNs,
      cpuLoopNs: wallNs * 0.9,
      cpuWorkerNs: null,
      cpuOtherNs: wallNs * 0.1,
      voluntarySwitches: 10,
      peakRssBytes: 2 ** 26,
      ...rest.cost,
    },
  };
}

export type FakeWork = {
  readonly round: number;
  readonly row: number;
  readonly isWarmup?: boolean;
  readonly outcome: VisitOutcome<AnyWorkloadMeasurement> | AnyWorkloadMeasurement;
};

/** A row of one subject in the only table, unless it says otherwise. */
export function rowOf(subject: number, rest: Partial<WorkloadRow> = {}): WorkloadRow {
  return { subject, case: "", table: "", expectedNs: 1e6, ...rest };
}

/** What a runner is told, made by hand: a row of each subject, and jobs that say which row they are of. */
export function fakeWorkloadSetup(
  subjects: readonly Subject<Approach>[],
  rest: Partial<WorkloadSetup> = {},
): WorkloadSetup {
  return {
    scenario: "spawn",
    subjects,
    rows: subjects.map((_, subject) => rowOf(subject)),
    rounds: 3,
    warmupRounds: 0,
    seed: 7,
    jobOf: ({ subject }, staged) => ({
      scenario: "spawn",
      approach: subjects[subject]?.label ?? "",
      parameters: {},
      libraryPath: "/nowhere",
      parentPid: process.pid,
      case: "waves",
      seed: 7,
      tasks: 1_000,
      concurrency: 100,
      sleepNs: 0,
      warmupTasks: 0,
      warmupNs: 0,
      ...(staged as object),
    }),
    paramsOf: () => ({ tasks: 1_000 }),
    stage: async () => null,
    ...rest,
  };
}

/** A run as the runner returns it, made by hand. */
export function fakeWorkloadRun(
  subjects: readonly Subject<Approach>[],
  visits: readonly FakeWork[],
  rest: Partial<WorkloadSetup> = {},
): WorkloadRun {
  const setup = fakeWorkloadSetup(subjects, rest);
  return {
    setup,
    visits: visits.map(({ round, row, isWarmup = false, outcome }) => ({
      planned: { ...(setup.rows[row] as WorkloadRow), row, round, isWarmup },
      outcome: "status" in outcome ? outcome : { status: "ok", measurements: [outcome] },
    })),
    partial: false,
  };
}

/** Three rounds of each row, whose tasks take so long; each round one part in a hundred longer. */
export function steadyWork(nsPerTask: readonly number[], rest: WorkRequest = {}): FakeWork[] {
  return [0, 1, 2].flatMap((round) =>
    nsPerTask.map((ns, row) => ({ round, row, outcome: worked(ns * (1 + round / 100), rest) })),
  );
}
