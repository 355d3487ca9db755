import os from "node:os";
import packageJson from "../package.json" with { type: "json" };
import { WakerbenchError } from "./errors.ts";
import { ensureLibrary, isCheckout } from "./native/build.ts";
import { findLibrary } from "./native/library.ts";
import { planRuntime, type RuntimePlan } from "./probe/plan.ts";
import type { ProbeReport } from "./probe/report.ts";
import { type ProbeProgress, runTrials } from "./probe/run.ts";
import type { Subject } from "./runner/subject.ts";
import type { Runtime } from "./runtimes/runtime.ts";
import { findSubjects } from "./subjects.ts";
import { wakerCatalogue } from "./wakers/find.ts";

/** What shall be tried. All may be left out. */
export type ProbeRequest = {
  /** As on the command line: `callback`, `./my-waker.ts`. Empty or absent: all, and the readers. */
  readonly wakers?: readonly string[];
  /** `bun`, or paths of Bun executables. */
  readonly runtimes?: readonly string[];
  /** Child processes at a time. Default: the number of cores. */
  readonly parallel?: number;
  /** Called once with `done` 0, then after each child process. */
  readonly onProgress?: (progress: ProbeProgress) => void;
  /** Ends the run early; the report is then partial. */
  readonly signal?: AbortSignal;
};

/**
 * Tries every waker, and everything that can read a descriptor, in child processes: which work, which
 * fail silently, which crash. As `wakerbench probe` does; nothing is printed or kept.
 *
 * @throws WakerbenchError when the request is wrong or something is missing on the machine
 */
export async function probe(request: ProbeRequest = {}): Promise<ProbeReport> {
  const startedAt = new Date();
  const { wakers = [], runtimes = ["bun"], onProgress = () => {} } = request;
  const signal = request.signal ?? new AbortController().signal;
  const subjects = await subjectsOf(wakers, runtimes);
  if (isCheckout()) ensureLibrary({ log: () => {} });
  const base = { libraryPath: findLibrary(), parentPid: process.pid };
  const plans: RuntimePlan[] = runtimesOf(subjects).map((runtime) => {
    const own = subjects.filter((subject) => subject.runtime.name === runtime.name);
    return planRuntime(runtime, own, wakers.length === 0, base);
  });
  const trials = plans.flatMap((plan) => plan.trials);
  onProgress({ done: 0, planned: trials.length });
  const most = request.parallel ?? os.availableParallelism();
  const outcomes = await runTrials(trials, most, signal, onProgress);
  const matrices = plans.map((plan) =>
    plan.judge((trial) => {
      const outcome = outcomes.get(trial);
      if (outcome === undefined) throw new Error("a trial was planned and not run");
      return outcome;
    }),
  );
  return {
    schemaVersion: 1,
    tool: { name: packageJson.name, version: packageJson.version },
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    partial: signal.aborted,
    platform: `${process.platform}-${process.arch}`,
    children: [...outcomes.values()].filter(({ end }) => end !== "interrupted").length,
    runtimes: matrices,
  };
}

async function subjectsOf(wakers: readonly string[], runtimes: readonly string[]) {
  const contenders = wakers.length === 0 ? ["all"] : wakers;
  if (contenders.some((name) => /(^|\/)floor(:|$)/.test(name))) {
    throw new WakerbenchError("USAGE", "the floor runs no JavaScript: there is nothing to probe", {
      remedy: "see `wakerbench list wakers` for what can be probed",
    });
  }
  const found = await findSubjects({ catalogue: wakerCatalogue, contenders, usual: [], runtimes });
  return found.filter(({ approach }) => approach.id !== "floor");
}

function runtimesOf(subjects: readonly Subject[]): Runtime[] {
  return [...new Map(subjects.map(({ runtime }) => [runtime.name, runtime])).values()];
}
