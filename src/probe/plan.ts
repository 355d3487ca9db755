import type { Subject } from "../runner/subject.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { descriptors, type TrialJob, type WakerTrial } from "../trials/job.ts";
import { readerIds, readerTitles } from "../trials/reader-names.ts";
import type { RuntimeMatrix } from "./report.ts";
import type { TrialOutcome } from "./trial-process.ts";
import { judgeReader, judgeWaker, surprisesOf, type WakerOutcomes, worstOf } from "./verdicts.ts";

/** What all jobs have in common. */
export type JobBase = Pick<TrialJob, "libraryPath" | "parentPid">;

/** One child process. */
export type PlannedTrial = { readonly runtime: Runtime; readonly job: TrialJob };

/** The trials of one runtime, and how a matrix is made of their outcomes. */
export type RuntimePlan = {
  readonly trials: readonly PlannedTrial[];
  judge(outcomeOf: (trial: PlannedTrial) => TrialOutcome): RuntimeMatrix;
};

/** Each waker in each way, and each reader on each descriptor that this platform has. */
export function planRuntime(
  runtime: Runtime,
  subjects: readonly Subject[],
  withReaders: boolean,
  base: JobBase,
): RuntimePlan {
  const readers = withReaders ? planReaders(runtime, base) : [];
  const wakers = subjects.map((subject) => planWaker(subject, base));
  return {
    trials: [
      ...wakers.flatMap(({ trials, returning }) => [
        ...Object.values(trials).flat(),
        ...(returning === null ? [] : [returning]),
      ]),
      ...readers.flatMap(({ cells }) => cells.map(({ trial }) => trial)),
    ],
    judge: (outcomeOf) => ({
      runtime: runtime.name,
      readers: readers.map(({ reader, cells }) => ({
        reader,
        title: readerTitles[reader],
        cells: Object.fromEntries(
          cells.map(({ descriptor, trial }) => [descriptor, judgeReader(outcomeOf(trial))]),
        ),
      })),
      wakers: wakers.map((planned) => judgePlanned(planned, outcomeOf)),
    }),
  };
}

/** A flood that crashes by chance seldom does not in either of two processes. */
const floodChildren = 2;

type PlannedWaker = {
  readonly subject: Subject;
  readonly trials: Readonly<Record<WakerTrial, readonly PlannedTrial[]>>;
  readonly returning: PlannedTrial | null;
};

function planWaker(subject: Subject, base: JobBase): PlannedWaker {
  const { runtime, approachPath, contender, approach: waker } = subject;
  const { parameters } = contender;
  const times = (trial: WakerTrial, count: number): PlannedTrial[] =>
    Array.from({ length: count }, () => ({
      runtime,
      job: { ...base, trial, waker: approachPath, parameters },
    }));
  const trials = {
    wakes: times("wakes", 1),
    // What only JavaScript rings cannot be flooded by threads.
    flood: times("flood", waker.traits.native ? floodChildren : 0),
    life: times("life", 1),
    throw: times("throw", 1),
  };
  // Of all bells only a JSCallback has a return type that JavaScript chooses.
  const hasReturnType = waker.id === "callback";
  const returning: PlannedTrial | null = hasReturnType
    ? { runtime, job: { ...base, trial: "returning" } }
    : null;
  return { subject, trials, returning };
}

function judgePlanned(
  { subject, trials, returning }: PlannedWaker,
  outcomeOf: (trial: PlannedTrial) => TrialOutcome,
) {
  const all: WakerOutcomes = {
    wakes: worstOf(trials.wakes.map(outcomeOf)),
    flood: worstOf(trials.flood.map(outcomeOf)),
    life: worstOf(trials.life.map(outcomeOf)),
    throw: worstOf(trials.throw.map(outcomeOf)),
    returning: returning === null ? null : outcomeOf(returning),
  };
  const { contender, approach: waker, isNamed } = subject;
  const cells = judgeWaker(all, waker.traits);
  const surprises = surprisesOf(cells, waker.traits);
  const caveat = waker.traits.native ? null : (waker.traits.caveat ?? "not a native wake");
  return { contender: contender.name, waker: waker.id, isNamed, cells, caveat, surprises };
}

function planReaders(runtime: Runtime, base: JobBase) {
  const here = descriptors.filter((kind) => kind !== "eventfd" || process.platform === "linux");
  return readerIds.map((reader) => ({
    reader,
    cells: here.map((descriptor) => {
      const trial: PlannedTrial = {
        runtime,
        job: { ...base, trial: "reader", reader, descriptor },
      };
      return { descriptor, trial };
    }),
  }));
}
