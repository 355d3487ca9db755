import { messageOf } from "../errors.ts";
import type { Library, Program, TaskStamps } from "../libraries/library.ts";
import type { Scenario, Visit } from "./scenario.ts";
import type { SlotRange, TaskLog } from "./task-log.ts";
import type { WorkloadAudit, WorkloadCost } from "./workload-measurement.ts";

/** A visit's program, run once to warm up and once to be measured. */
export type TaskRun<Job extends LibraryJob, Result> = {
  readonly visit: Visit<Job, Library>;
  readonly log: TaskLog;
  /** The slots that tasks stamp. */
  readonly range: SlotRange;
  /** Tasks of which none begins or ends for so long are lost. */
  readonly patienceMs: number;
  warmUp(program: Program, stamps: TaskStamps): Promise<unknown>;
  measure(program: Program, stamps: TaskStamps): Promise<Result>;
};

/** The job of a scenario whose contenders are libraries. */
type LibraryJob = Parameters<Scenario["visit"]>[0]["job"];

/** What a run came to. */
export type TaskRunEnd<Result> = {
  /** Null after a fault. */
  readonly result: Result | null;
  readonly cost: WorkloadCost;
  readonly fault: string | null;
};

const lookMs = 100;

/**
 * Opens the library, runs its program twice, of which the first is dropped, and closes it. A fault ends the run;
 * what was stamped until then stays in the log.
 */
export async function runTasks<Job extends LibraryJob, Result>(
  run: TaskRun<Job, Result>,
): Promise<TaskRunEnd<Result>> {
  const { visit, log } = run;
  const { native, job } = visit;
  const { libraryPath } = job;
  const program = await visit.approach.open({ native, libraryPath, logPointer: log.pointer });
  let result: Result | null = null;
  let fault: string | null = null;
  try {
    await watched(run, "warm-up", () => run.warmUp(program, log.stamps));
    // What the warm-up left behind is not collected at the expense of the tasks.
    Bun.gc(true);
    log.begin();
    try {
      result = await watched(run, "run", () => run.measure(program, log.stamps));
    } finally {
      log.end();
    }
  } catch (error) {
    fault = messageOf(error);
    // What hangs or has failed may still have tasks.
    log.abandon();
  }
  const cost = log.cost(program.threadIds());
  await closed(program, log).catch((error) => {
    fault ??= messageOf(error);
  });
  return { result, cost, fault };
}

/**
 * Runs a program again and again until so long has passed; 0: not once. By time, not by tasks: compilers take time, and
 * who makes a hundred thousand tasks meanwhile is to be measured no colder than who makes ten thousand.
 */
export async function warmUpFor(leastNs: number, make: () => Promise<unknown>): Promise<void> {
  if (leastNs === 0) return;
  const beganNs = Bun.nanoseconds();
  do await make();
  while (Bun.nanoseconds() - beganNs < leastNs);
}

/** Until it resolves; or no task begins or ends any more. */
async function watched<Result>(
  { log, range, patienceMs }: TaskRun<LibraryJob, unknown>,
  part: string,
  make: () => Promise<Result>,
): Promise<Result> {
  const silence = Promise.withResolvers<never>();
  let seen = -1;
  let silentMs = 0;
  const timer = setInterval(() => {
    const { began, ended, repeated } = log.tally(range);
    const now = began + ended + repeated;
    // A loop that was held up has looked less often, so that silence counts in looks.
    silentMs = now === seen ? silentMs + lookMs : 0;
    seen = now;
    if (silentMs < patienceMs) return;
    const open = `${began - ended} had not ended`;
    silence.reject(
      new Error(`the ${part} hung: no task began or ended for ${patienceMs / 1e3} s; ${open}`),
    );
  }, lookMs);
  try {
    return await Promise.race([make(), silence.promise]);
  } finally {
    clearInterval(timer);
  }
}

const closePatienceMs = 10_000;

async function closed(program: Program, log: TaskLog): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    log.abandon();
    late.reject(new Error(`it had not closed after ${closePatienceMs / 1e3} s`));
  }, closePatienceMs);
  try {
    await Promise.race([program.close(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Where the tasks went, as their stamps have it.
 *
 * @param sent tasks that were ordered
 * @param mistaken tasks that ended, but not as they should
 */
export function auditTasks(
  log: TaskLog,
  range: SlotRange,
  sent: number,
  mistaken = 0,
): WorkloadAudit {
  const { ended, repeated, unbegun } = log.tally(range);
  const wrong = Math.min(ended, mistaken + unbegun);
  return {
    sent,
    received: ended - wrong,
    lost: sent - ended,
    duplicated: repeated,
    mistaken: wrong,
  };
}
