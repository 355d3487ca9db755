import type { Approach } from "../approaches/approach.ts";
import type { WorkloadStage } from "../plan/workload.ts";
import { type PlannedWork, planWorkload, type WorkloadRow } from "../plan/workload-rounds.ts";
import type { AnyWorkloadJob, AnyWorkloadMeasurement } from "../scenarios/job.ts";
import type { WorkloadId } from "../scenarios/workload-job.ts";
import { type VisitOutcome, visit } from "./agent-process.ts";
import { Strikes } from "./strikes.ts";
import type { Subject } from "./subject.ts";
import { type VisitMeter, visitEach } from "./visit-each.ts";

/** What stands beside all visits. */
type Stage = WorkloadStage<AnyWorkloadJob>;

/** What is fixed for all visits of a run. */
export type WorkloadSetup = {
  readonly scenario: WorkloadId;
  /** The last one may be the control: the first contender a second time. */
  readonly subjects: readonly Subject<Approach>[];
  /** Everything that each round visits. */
  readonly rows: readonly WorkloadRow[];
  readonly rounds: number;
  /** Rounds that are made before and dropped. */
  readonly warmupRounds: number;
  /** The same in each job: every contender gets the same work. */
  readonly seed: number;
  /** @param staged what the stage tells all agents */
  jobOf(row: WorkloadRow, staged: Partial<AnyWorkloadJob>): AnyWorkloadJob;
  /** What goes into `params` of the row's series. */
  paramsOf(row: WorkloadRow): Readonly<Record<string, string | number>>;
  /** Opens what stands beside all visits; null: there is nothing. */
  stage(signal: AbortSignal): Promise<Stage | null>;
};

type Told = { readonly outcome: VisitOutcome<AnyWorkloadMeasurement> };

export type WorkloadRecord = Told & { readonly planned: PlannedWork };

export type WorkloadRun = {
  readonly setup: WorkloadSetup;
  readonly visits: readonly WorkloadRecord[];
  /** Interrupted: visits are missing. */
  readonly partial: boolean;
};

export type WorkloadProgress = {
  readonly setup: WorkloadSetup;
  readonly visits: readonly WorkloadRecord[];
  readonly planned: number;
  readonly leftNs: number;
};

/** How long the whole will take, as far as can be told beforehand, nanoseconds. */
export function forecastWorkload({ rows, rounds, warmupRounds }: WorkloadSetup): number {
  return rows.reduce((sum, { expectedNs }) => sum + expectedNs, 0) * (rounds + warmupRounds);
}

/**
 * Visits every row once a round, an agent for each visit. What was measured until `signal` aborts is
 * returned.
 *
 * @throws WakerbenchError when the stage cannot be opened
 */
export async function runWorkload(
  setup: WorkloadSetup,
  onProgress: (progress: WorkloadProgress) => void,
  signal: AbortSignal,
): Promise<WorkloadRun> {
  const visits: WorkloadRecord[] = [];
  await using stage = await openStage(setup, signal);
  const plan = planWorkload(setup.rows, setup.rounds, setup.warmupRounds, setup.seed).flat();
  await visitEach(
    plan,
    new WorkMeter(setup.rows),
    (planned, timeoutMs) => visitOnce(setup, planned, stage, timeoutMs, signal),
    (planned, told, leftNs) => {
      visits.push({ planned, ...told });
      onProgress({ setup, visits, planned: plan.length, leftNs });
    },
    signal,
  );
  return { setup, visits, partial: signal.aborted };
}

/** A run that is aborted before it has begun has no stage, and needs none. */
async function openStage(setup: WorkloadSetup, signal: AbortSignal): Promise<Stage | null> {
  try {
    return await setup.stage(signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function visitOnce(
  setup: WorkloadSetup,
  planned: PlannedWork,
  stage: Stage | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Told> {
  const { runtime } = setup.subjects[planned.subject] as Subject<Approach>;
  const outcome = await visit(runtime, setup.jobOf(planned, stage?.job ?? {}), timeoutMs, signal);
  if (stage === null || outcome.status === "interrupted") return { outcome };
  const { usage } = outcome;
  if (usage === undefined) return { outcome };
  const measurements = outcome.measurements.map((measured) => stage.settle(measured, usage));
  const fault = measurements.find((measurement) => measurement.fault !== null)?.fault;
  if (fault == null) return { outcome: { ...outcome, measurements } };
  return { outcome: { ...outcome, status: "failed", error: fault, measurements } };
}

/** Learns how long the visits of each row really last, and which rows are not to be visited again. */
class WorkMeter implements VisitMeter<PlannedWork, Told> {
  readonly #expectedNs: number[];
  readonly #strikes = new Strikes();

  constructor(rows: readonly WorkloadRow[]) {
    this.#expectedNs = rows.map(({ expectedNs }) => expectedNs);
  }

  durationNs(visits: readonly PlannedWork[]): number {
    return visits
      .filter((visit) => !this.isOut(visit))
      .reduce((sum, { row }) => sum + (this.#expectedNs[row] ?? 0), 0);
  }

  isOut({ row }: PlannedWork): boolean {
    return this.#strikes.isOut(row);
  }

  note({ row }: PlannedWork, { outcome }: Told, elapsedNs: number): void {
    this.#strikes.note(row, outcome.status);
    if (outcome.status === "ok") this.#expectedNs[row] = elapsedNs;
  }
}
