import { libraryCatalogue } from "../libraries/find.ts";
import { libraries } from "../libraries/index.ts";
import type { IoOrder, Library } from "../libraries/library.ts";
import { ioParameters } from "./io-parameters.ts";
import type { Scenario, Visit } from "./scenario.ts";
import { TaskLog } from "./task-log.ts";
import { auditTasks, runTasks } from "./task-run.ts";
import type { IoJob } from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

/** Workers that wait, as those of a server do for its database: what a library adds to the waits. */
export const io: Scenario<IoJob, Library> = {
  id: "io",
  title: "IO",
  summary: "what a library adds to waits: workers whose operations are sleeps, one after another",
  parameters: ioParameters,
  catalogue: libraryCatalogue,
  defaultContenders: libraries.map(({ id }) => id),
  visit: async (visit) => [await visitOnce(visit)],
};

async function visitOnce(visit: Visit<IoJob, Library>): Promise<WorkloadMeasurement<"io">> {
  const { job, native } = visit;
  const { workers, operations, warmupOperations, meanSleepNs, seed } = job;
  // Only here: what lists the scenarios needs no statistics.
  const { drawSleepsNs, sleepsChecksum } = await import("./sleeps.ts");
  const count = workers * operations;
  const sleepsNs = drawSleepsNs(seed, count, meanSleepNs);
  const warmupNs = drawSleepsNs(seed, workers * warmupOperations, meanSleepNs);
  const slots = workers * Math.max(operations, warmupOperations);
  const range = { first: 0, count };
  using log = new TaskLog(native, slots);
  const { cost, fault } = await runTasks({
    visit,
    log,
    range: { first: 0, count: slots },
    // Longer than any of the sleeps: one in e⁶⁴ is beyond.
    patienceMs: 5_000 + (64 * meanSleepNs) / 1e6,
    warmUp: (program, stamps) => program.io(orderOf(workers, warmupOperations, warmupNs), stamps),
    measure: (program, stamps) => program.io(orderOf(workers, operations, sleepsNs), stamps),
  });
  const { spanNs } = log.tally(range);
  const durationsNs = log.durationsNs(range);
  const { sleepEnds } = await import("./lateness.ts");
  const { lateNs, early } = sleepEnds(durationsNs, (slot) => sleepsNs[slot] ?? 0);
  const audit = auditTasks(log, range, count);
  return {
    scenario: "io",
    parameters: job.parameters,
    latencyNs: [...durationsNs].filter(Number.isFinite),
    stages: { late: lateNs },
    done: audit.received,
    decidingNs: audit.received > 0 ? spanNs / audit.received : null,
    audit,
    // From the first operation's begin to the last one's end.
    cost: { ...cost, wallNs: spanNs },
    counts: { earlySleeps: early },
    levels: { idealNs: longestOf(sleepsNs, operations), sleepsMeanNs: meanOf(sleepsNs) },
    marks: { sleepsChecksum: sleepsChecksum(sleepsNs) },
    harnessNs: log.stampsNs,
    fault,
  };
}

function orderOf(workers: number, operations: number, sleepsNs: Float64Array): IoOrder {
  const sleepsMs = sleepsNs.map((sleepNs) => sleepNs / 1e6);
  return { workers, operations, sleepsMs, burns: null, burn: null };
}

/** What the worker sleeps in all that sleeps longest: so long the whole takes where no sleep ends late. */
function longestOf(sleepsNs: Float64Array, operations: number): number {
  let longestNs = 0;
  for (let first = 0; first < sleepsNs.length; first += operations) {
    longestNs = Math.max(longestNs, sumOf(sleepsNs.subarray(first, first + operations)));
  }
  return longestNs;
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function meanOf(numbers: Float64Array): number {
  return sumOf(numbers) / numbers.length;
}
