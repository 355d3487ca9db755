import { type Burned, type Burner, type BurnPlace, burnPlaces } from "../burners/burner.ts";
import { openBurner } from "../burners/open.ts";
import type { IoOrder, Library, Program } from "../libraries/library.ts";
import { percentile, sortedSamples } from "../stats/percentile.ts";
import { sleepEnds } from "./lateness.ts";
import { drawBurns } from "./mixed-burns.ts";
import type { Visit } from "./scenario.ts";
import { checksumOf, drawSleepsNs, sleepsChecksum } from "./sleeps.ts";
import { TaskLog } from "./task-log.ts";
import { auditTasks, runTasks, type TaskRunEnd } from "./task-run.ts";
import type { MixedJob } from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

type MixedVisit = Visit<MixedJob, Library>;
type OpenBurner = typeof openBurner;

/** What the operations do, by slot; the same for every contender. */
type Work = { readonly sleepsNs: Float64Array; readonly burns: Uint8Array };

/** To burn in the warm-up more often than this makes nothing quicker. */
const mostWarmBurns = 16;
/**
 * So long no operation begins or ends where something hangs: longer than any sleep (one in e⁶⁴ is beyond), and than
 * all workers take to burn.
 */
function patienceMsOf({ meanSleepNs, burnNs, workers }: MixedJob): number {
  return 5_000 + (64 * meanSleepNs + 2 * burnNs * workers) / 1e6;
}

/**
 * One visit: the library's program for `io`, whose operations burn where the contender says.
 *
 * @param open another one in tests: a burner whose faults are known
 */
export async function measureMixed(
  visit: MixedVisit,
  open: OpenBurner = openBurner,
): Promise<WorkloadMeasurement<"mixed">> {
  const { job, native } = visit;
  const { workers, operations, warmupOperations, burnNs } = job;
  const slots = workers * operations;
  const work: Work = {
    sleepsNs: drawSleepsNs(job.seed, slots, job.meanSleepNs),
    burns: drawBurns(job.seed, slots, job.burnShare),
  };
  const warmSlots = workers * warmupOperations;
  using log = new TaskLog(native, Math.max(slots, warmSlots));
  const { libraryPath } = job;
  const burner = await open(placeOf(job), { native, libraryPath, burnNs, capacity: workers });
  let before: Burned = { times: 0, cpuNs: 0 };
  const end = await runTasks({
    visit: { ...visit, approach: withThreadsOf(visit.approach, burner) },
    log,
    range: { first: 0, count: Math.max(slots, warmSlots) },
    patienceMs: patienceMsOf(job),
    warmUp: (program, stamps) => program.io(warmOrderOf(job, work, burner), stamps),
    measure(program, stamps) {
      before = burner.burned();
      return program.io(orderOf(job, operations, work, burner), stamps);
    },
  });
  const after = burner.burned();
  const burned = { times: after.times - before.times, cpuNs: after.cpuNs - before.cpuNs };
  await (end.fault === null ? burner.close() : burner.abandon());
  return measurementOf(job, log, work, end, burned);
}

function placeOf({ parameters }: MixedJob): BurnPlace {
  return burnPlaces.find((place) => place === parameters.burn) ?? "loop";
}

function orderOf(job: MixedJob, operations: number, work: Work, { burn }: Burner): IoOrder {
  const sleepsMs = work.sleepsNs.map((sleepNs) => sleepNs / 1e6);
  return { workers: job.workers, operations, sleepsMs, burns: work.burns, burn };
}

/** Sleeps as short as they come, and burns some: what has run once is ready to be measured. */
function warmOrderOf(job: MixedJob, { sleepsNs, burns }: Work, burner: Burner): IoOrder {
  const { workers, warmupOperations } = job;
  const slots = workers * warmupOperations;
  const wanted = burns.some((burn) => burn === 1) ? mostWarmBurns : 0;
  const work: Work = {
    sleepsNs: Float64Array.from({ length: slots }, (_, slot) =>
      Math.min(job.meanSleepNs, sleepsNs[slot % sleepsNs.length] ?? 0),
    ),
    burns: Uint8Array.from({ length: slots }, (_, slot) => (slot < wanted ? 1 : 0)),
  };
  return orderOf(job, warmupOperations, work, burner);
}

/** The library, with the burner's threads among those that work for the loop. */
function withThreadsOf(library: Library, burner: Burner): Library {
  return {
    ...library,
    async open(context): Promise<Program> {
      const program = await library.open(context);
      return {
        spawn: (order, stamps) => program.spawn(order, stamps),
        io: (order, stamps) => program.io(order, stamps),
        cancel: (order, stamps) => program.cancel(order, stamps),
        threadIds: () => [...program.threadIds(), ...burner.threadIds()],
        close: () => program.close(),
      };
    },
  };
}

function measurementOf(
  job: MixedJob,
  log: TaskLog,
  { sleepsNs, burns }: Work,
  { cost, fault }: TaskRunEnd<unknown>,
  burned: Burned,
): WorkloadMeasurement<"mixed"> {
  const range = { first: 0, count: sleepsNs.length };
  const durationsNs = log.durationsNs(range);
  const isBurning = (slot: number) => burns[slot] === 1;
  const others = durationsNs.map((durationNs, slot) => (isBurning(slot) ? Number.NaN : durationNs));
  const burning = durationsNs.filter((durationNs, slot) => isBurning(slot) && durationNs >= 0);
  const sleeps = sleepEnds(others, (slot) => sleepsNs[slot] ?? 0);
  const latencyNs = [...others].filter(Number.isFinite);
  const othersP99Ns = p99Of(latencyNs);
  const asleepNs = sleepsNs.filter((_, slot) => !isBurning(slot));
  const asked = burns.reduce((sum, burn) => sum + burn, 0);
  const audit = auditTasks(log, range, sleepsNs.length, Math.abs(asked - burned.times));
  const { spanNs } = log.tally(range);
  const miscount =
    asked === burned.times
      ? null
      : `${asked} operations were to burn, and ${burned.times} have burned`;
  return {
    scenario: "mixed",
    parameters: job.parameters,
    latencyNs,
    stages: { late: sleeps.lateNs, burn: [...burning] },
    done: audit.received,
    decidingNs: othersP99Ns,
    audit,
    // From the begin of the first operation to the end of the last.
    cost: { ...cost, wallNs: spanNs },
    counts: { burnt: burned.times, burnCpuNs: burned.cpuNs, earlySleeps: sleeps.early },
    levels: {
      othersP99Ns,
      lateP99Ns: p99Of(sleeps.lateNs),
      burnP99Ns: p99Of(burning),
      // What the others would come to if nobody ever kept them waiting.
      sleepP99Ns: p99Of(asleepNs),
    },
    marks: { sleepsChecksum: sleepsChecksum(sleepsNs), burnsChecksum: checksumOf(burns) },
    harnessNs: log.stampsNs,
    fault: fault ?? miscount,
  };
}

function p99Of(durationsNs: readonly number[] | Float64Array): number | null {
  return durationsNs.length === 0 ? null : percentile(sortedSamples(durationsNs), 0.99);
}
