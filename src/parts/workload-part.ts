import type { Approach } from "../approaches/approach.ts";
import type { AskedWorkload } from "../asked.ts";
import { WakerbenchError } from "../errors.ts";
import type { AnyWorkloadPlan } from "../plan/workload.ts";
import { type WorkloadRow, workloadRows } from "../plan/workload-rounds.ts";
import { workloadPlans } from "../plan/workloads.ts";
import { plural } from "../report/format.ts";
import { assembleWorkload } from "../results/assemble-workload.ts";
import type { Subject } from "../runner/subject.ts";
import { forecastWorkload, runWorkload, type WorkloadSetup } from "../runner/workload-run.ts";
import type { AnyWorkloadJob } from "../scenarios/job.ts";
import { findSubjects, withNoise } from "../subjects.ts";
import { approachesOf, countContenders, type Part, type RunPlace } from "./part.ts";

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
 * Finds what a workload needs.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function prepareWorkload(asked: AskedWorkload, place: RunPlace): Promise<Part> {
  const setup = await setupWorkload(asked, place);
  return {
    scenario: setup.scenario,
    subjects: setup.subjects,
    options: asked.parameters,
    forecast: () => forecastWork(setup),
    measured: { others: approachesOf(setup.subjects) },
    async measure(watcher, signal) {
      const run = await runWorkload(setup, watcher.workload, signal);
      return assembleWorkload(run, place.relativeTo);
    },
  };
}

/**
 * Finds the contenders of a workload and lays out its visits.
 *
 * @throws WakerbenchError for whatever is wrong with the parameters or the contenders
 */
export async function setupWorkload(
  { id, parameters }: AskedWorkload,
  place: Pick<RunPlace, "contenders" | "runtimes" | "seed" | "libraryPath" | "cores">,
): Promise<WorkloadSetup> {
  const plan = findPlan(id);
  plan.check?.(parameters);
  const { contenders, runtimes, seed, libraryPath, cores } = place;
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

function forecastWork(setup: WorkloadSetup): ReturnType<Part["forecast"]> {
  const { subjects, rows, rounds, warmupRounds } = setup;
  const cases = new Set(rows.map((row) => row.case)).size;
  const warmup = warmupRounds === 0 ? "" : `, and ${plural(warmupRounds, "round")} before`;
  const parts = [
    plural(countContenders(subjects), "contender"),
    ...(cases === 1 ? [] : [plural(cases, "case")]),
    plural(rounds, "round"),
  ];
  return { work: `${parts.join(" × ")}${warmup}`, durationNs: forecastWorkload(setup) };
}
