import type { Approach } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";
import type { Measured } from "../report/advice.ts";
import type { RawSamples } from "../results/rows.ts";
import type { BurstProgress } from "../runner/burst-run.ts";
import type { DispatchProgress } from "../runner/dispatch-run.ts";
import type { Subject } from "../runner/subject.ts";
import type { Progress } from "../runner/wake-run.ts";
import type { WorkloadProgress } from "../runner/workload-run.ts";

/** Is told after every visit. */
export type Watcher = {
  wake(progress: Progress): void;
  burst(progress: BurstProgress): void;
  dispatch(progress: DispatchProgress): void;
  workload(progress: WorkloadProgress): void;
};

/** Watches nothing. */
export const unwatched: Watcher = { wake() {}, burst() {}, dispatch() {}, workload() {} };

/** What a run has decided for all of its scenarios. */
export type RunPlace = {
  /** As on the command line; empty: each scenario's own; `all`: every one of this platform. */
  readonly contenders: readonly string[];
  /** `bun`, or the path of a Bun executable. */
  readonly runtimes: readonly string[];
  readonly seed: number;
  /** Label of the contender that ratios refer to; null: each scenario's usual one. */
  readonly relativeTo: string | null;
  readonly libraryPath: string;
  readonly native: Native;
  /** Cores that this process may use, ascending; empty where the platform cannot tell. */
  readonly cores: readonly number[];
};

/** One scenario of a run: everything that it needs is found, nothing is measured yet. */
export type Part = {
  /** Its id. */
  readonly scenario: string;
  readonly subjects: readonly Subject<Approach>[];
  /** The parameters, with what was left to the scenario. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What will be done, in words, and how long that takes as far as can be told beforehand. */
  forecast(): { readonly work: string; readonly durationNs: number };
  /** What its contenders name, for the report. */
  readonly measured: Partial<Measured>;
  /**
   * Measures. What was measured before `signal` aborts is returned.
   *
   * @param leftNs of the time that scenarios share; those whose work is counted take what they take
   * @throws WakerbenchError what keeps the whole scenario from being measured
   */
  measure(watcher: Watcher, signal: AbortSignal, leftNs: number): Promise<readonly RawSamples[]>;
};

/** Without the controls. */
export function countContenders(subjects: readonly Subject<Approach>[]): number {
  return subjects.filter(({ isControl }) => !isControl).length;
}

/** What the contenders name, each once. */
export function approachesOf<A extends Approach>(subjects: readonly Subject<A>[]): A[] {
  return eachOnce(subjects.map(({ approach }) => approach));
}

/** What the contenders of all scenarios name: a waker that is also flooded, once. */
export function measuredIn(parts: readonly Part[]): Required<Measured> {
  const all = parts.map(({ measured }) => measured);
  return {
    wakers: eachOnce(all.flatMap(({ wakers = [] }) => wakers)),
    dispatchers: eachOnce(all.flatMap(({ dispatchers = [] }) => dispatchers)),
    others: eachOnce(all.flatMap(({ others = [] }) => others)),
  };
}

function eachOnce<A extends Approach>(approaches: readonly A[]): A[] {
  return [...new Map(approaches.map((approach) => [approach.id, approach])).values()];
}
