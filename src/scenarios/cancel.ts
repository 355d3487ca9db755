import { libraryCatalogue } from "../libraries/find.ts";
import { libraries } from "../libraries/index.ts";
import { countLeases, makeLeases } from "../libraries/leases.ts";
import type { Library, Program, TaskStamps } from "../libraries/library.ts";
import { cancelParameters } from "./cancel-parameters.ts";
import type { Scenario, Visit } from "./scenario.ts";
import { TaskLog } from "./task-log.ts";
import { auditTasks, runTasks, warmUpFor } from "./task-run.ts";
import type { CancelJob } from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

/** Tasks that are given up: how soon all are gone, and whether each has cleaned up. */
export const cancel: Scenario<CancelJob, Library> = {
  id: "cancel",
  title: "Cancel",
  summary:
    "how soon thousands of sleeping tasks are gone once they are cancelled, each with its cleanup",
  parameters: cancelParameters,
  catalogue: libraryCatalogue,
  defaultContenders: libraries.map(({ id }) => id),
  visit: async (visit) => [await visitOnce(visit)],
};

async function visitOnce(visit: Visit<CancelJob, Library>): Promise<WorkloadMeasurement<"cancel">> {
  const { job, native } = visit;
  const { tasks, afterNs, warmupNs } = job;
  const range = { first: 0, count: tasks };
  // The cancel itself has the slot behind those of the tasks.
  const cancelSlot = tasks;
  using log = new TaskLog(native, tasks + 1);
  const leases = makeLeases(tasks);
  const cancelOnce = (program: Program, stamps: TaskStamps, afterMs: number, of = leases) => {
    const onCancel = () => stamps.began(cancelSlot);
    return program.cancel({ tasks, afterMs, leases: of, onCancel }, stamps);
  };
  const { result, cost, fault } = await runTasks({
    visit,
    log,
    range,
    patienceMs: 5_000 + afterNs / 1e6,
    warmUp: (program, stamps) =>
      warmUpFor(warmupNs, () => cancelOnce(program, stamps, 0, makeLeases(tasks))),
    measure: (program, stamps) => cancelOnce(program, stamps, afterNs / 1e6),
  });
  const { givenBack, settled } = countLeases(leases);
  // Who did not take and give back once has ended wrongly, whatever its stamps say; and so has who was not cancelled.
  const { ended } = log.tally(range);
  const unclean = Math.max(0, ended - settled);
  const latencyNs = [...log.durationsNs(range, cancelSlot)].filter((tookNs) => tookNs >= 0);
  // Who had ended before the cancel, or where there was none, was not cancelled, whatever the program says.
  const premature = Math.max(0, ended - latencyNs.length);
  const audit = auditTasks(log, range, tasks, Math.max(unclean, premature, result ?? 0));
  const settleNs = latencyNs.reduce((most, tookNs) => Math.max(most, tookNs), 0);
  return {
    scenario: "cancel",
    parameters: job.parameters,
    latencyNs,
    stages: {},
    done: audit.received,
    decidingNs: settleNs > 0 ? settleNs : null,
    audit,
    // From the cancel to the last end; what making the tasks took counts as CPU alone.
    cost: { ...cost, wallNs: settleNs },
    counts: { cleanups: givenBack },
    levels: { settleNs },
    marks: {},
    harnessNs: log.stampsNs,
    fault,
  };
}
