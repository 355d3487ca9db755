import { libraryCatalogue } from "../libraries/find.ts";
import { libraries } from "../libraries/index.ts";
import type { Library, SpawnOrder } from "../libraries/library.ts";
import type { Scenario, Visit } from "./scenario.ts";
import { spawnParameters } from "./spawn-parameters.ts";
import { TaskLog } from "./task-log.ts";
import { auditTasks, runTasks, warmUpFor } from "./task-run.ts";
import type { SpawnJob } from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

/** Very many tasks that do next to nothing: what a task costs. */
export const spawn: Scenario<SpawnJob, Library> = {
  id: "spawn",
  title: "Spawn",
  summary:
    "what a task costs: thousands that sleep for a moment, at once, in waves, or that only yield",
  parameters: spawnParameters,
  catalogue: libraryCatalogue,
  defaultContenders: libraries.map(({ id }) => id),
  visit: async (visit) => [await visitOnce(visit)],
};

async function visitOnce(visit: Visit<SpawnJob, Library>): Promise<WorkloadMeasurement<"spawn">> {
  const { job, native } = visit;
  const { tasks, warmupTasks, warmupNs, sleepNs } = job;
  const range = { first: 0, count: tasks };
  using log = new TaskLog(native, Math.max(tasks, warmupTasks));
  const { cost, fault } = await runTasks({
    visit,
    log,
    range: { first: 0, count: Math.max(tasks, warmupTasks) },
    patienceMs: 5_000 + (2 * sleepNs) / 1e6,
    warmUp: (program, stamps) =>
      warmUpFor(warmupNs, () => program.spawn(orderOf(job, warmupTasks), stamps)),
    measure: (program, stamps) => program.spawn(orderOf(job, tasks), stamps),
  });
  const { spanNs } = log.tally(range);
  const durationsNs = log.durationsNs(range);
  // Only here: what lists the scenarios has no need of statistics.
  const { lateLevels, sleepEnds } = await import("./lateness.ts");
  const sleeps = job.case === "yield" ? null : sleepEnds(durationsNs, () => sleepNs);
  const audit = auditTasks(log, range, tasks);
  return {
    scenario: "spawn",
    parameters: job.parameters,
    latencyNs: [...durationsNs].filter(Number.isFinite),
    stages: sleeps === null ? {} : { late: sleeps.lateNs },
    done: audit.received,
    decidingNs: audit.received > 0 ? spanNs / audit.received : null,
    audit,
    // From the first creation to the last end: what the library does before and after counts as CPU, not here.
    cost: { ...cost, wallNs: spanNs },
    counts: sleeps === null ? {} : { earlySleeps: sleeps.early },
    levels: sleeps === null ? {} : lateLevels(sleeps.lateNs),
    marks: {},
    harnessNs: log.stampsNs,
    fault,
  };
}

/** Which of the three cases the tasks are. */
function orderOf({ case: name, concurrency, sleepNs }: SpawnJob, tasks: number): SpawnOrder {
  return {
    tasks,
    first: 0,
    sleepMs: name === "yield" ? null : sleepNs / 1e6,
    concurrency: name === "waves" ? concurrency : tasks,
  };
}
