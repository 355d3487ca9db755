import type { Approach } from "./approaches/approach.ts";
import { WakerbenchError } from "./errors.ts";
import type { AnyWorkloadPlan } from "./plan/workload.ts";
import { type WorkloadRow, workloadRows } from "./plan/workload-rounds.ts";
import { workloadPlans } from "./plan/workloads.ts";
import type { Subject } from "./runner/subject.ts";
import type { WorkloadSetup } from "./runner/workload-run.ts";
import type { AnyWorkloadJob } from "./scenarios/job.ts";
import type { WorkloadId } from "./scenarios/workload-job.ts";
import { findSubjects, withNoise } from "./subjects.ts";

/** One workload and what it is asked for. */
export type AskedWorkload = {
  readonly id: WorkloadId;
  /** What the scenario's schema gave. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** What a run has decided for all of its scenarios. */
type RunOptions = {
  readonly contenders: readonly string[];
  readonly runtimes: readonly string[];
  readonly seed: number;
  readonly libraryPath: string;
  /** Cores that this process may use, ascending; empty where the platform cannot tell. */
  readonly cores: readonly number[];
};

/** @throws WakerbenchError USAGE */
export function findPlan(id: string): AnyWorkloadPlan {
  const plan = workloadPlans.find(({ scenario }) => scenario.id === id);
  if (plan !== undefined) return plan;
  const known = workloadPlans.map(({ scenario }) => scenario.id);
  throw new WakerbenchError("USAGE", `there is no workload "${id}"`, {
    remedy: `there are: ${known.join(", ")}`,
  });
}

/**
 * Finds the contenders of a workload and lays out its visits.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function setupWorkload(
  { id, parameters }: AskedWorkload,
  { contenders, runtimes, seed, libraryPath, cores }: RunOptions,
): Promise<WorkloadSetup> {
  const plan = findPlan(id);
  plan.check?.(parameters);
  const { catalogue, defaultContenders: usual } = plan.scenario;
  const found = await findSubjects({ catalogue, contenders, usual, runtimes });
  const subjects = plan.hasControl ? withNoise(found) : found;
  const subjectOf = ({ subject }: WorkloadRow) => subjects[subject] as Subject<Approach>;
  return {
    scenario: id,
    subjects,
    rows: workloadRows(plan, parameters, subjects),
    rounds: plan.rounds(parameters),
    warmupRounds: plan.warmupRounds?.(parameters) ?? 0,
    seed,
    jobOf(row, staged) {
      const { approach, approachPath, contender } = subjectOf(row);
      // A plan makes jobs of its own scenario alone, which the type of all plans cannot say.
      return {
        scenario: id,
        approach: approachPath,
        parameters: contender.parameters,
        libraryPath,
        parentPid: process.pid,
        seed,
        ...plan.job(parameters, approach, row.case, { cores }),
        ...staged,
      } as AnyWorkloadJob;
    },
    paramsOf: (row) => plan.params(parameters, subjectOf(row).approach, row.case),
    stage: async (signal) => (await plan.stage?.(parameters, { libraryPath, signal })) ?? null,
  };
}
