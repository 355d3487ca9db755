import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Subject } from "../../src/runner/subject.ts";
import { type Progress, runWake, type WakeSetup } from "../../src/runner/wake-run.ts";
import { crossCore, fakeRun, sameCore, subjectOf } from "../results/fake-run.ts";
import { done, fails, shell } from "./fake-agent.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const pipe = await subjectOf("pipe");

/** A subject whose agent is a line of `sh`. */
function subject(label: string, line: string): Subject {
  return { ...pipe, label, runtime: shell(line) };
}

function setupOf(subjects: readonly Subject[], rest: Partial<WakeSetup> = {}): WakeSetup {
  return fakeRun(subjects, [], rest).setup;
}

const fine = subject("fine", done);
const other = subject("other", done);

async function run(setup: WakeSetup, onProgress: (progress: Progress) => void = () => {}) {
  const result = await runWake(setup, onProgress, never);
  const visitsOf = (index: number) =>
    result.visits.filter(({ planned }) => planned.subject === index);
  return { ...result, visitsOf };
}

test("each round visits every subject once in each placement, one after another", async () => {
  const placements = [sameCore, crossCore];
  const { visits, partial } = await run(setupOf([fine, other], { placements }));
  expect(partial).toBe(false);
  expect(visits.map(({ planned }) => planned.round)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const cells = new Set(
    visits.map(({ planned }) => `${planned.round} ${planned.subject} ${planned.placement}`),
  );
  expect(cells.size).toBe(12);
});

test("progress comes after every visit, and ends with nothing left", async () => {
  const seen: [visits: number, planned: number][] = [];
  const leftNs: number[] = [];
  await run(setupOf([fine, other]), (progress) => {
    seen.push([progress.visits.length, progress.planned]);
    leftNs.push(progress.leftNs);
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((count) => [count, 6]));
  expect(leftNs.every((left) => left >= 0)).toBe(true);
  expect(leftNs.at(-1)).toBe(0);
});

test("the same seed visits in the same order", async () => {
  const orderOf = async (seed: number) => {
    const { visits } = await run(setupOf([fine, other, fine], { seed, rounds: 6 }));
    return visits.map(({ planned }) => planned.subject).join("");
  };
  const first = await orderOf(1);
  expect(await orderOf(1)).toBe(first);
  expect(await orderOf(2)).not.toBe(first);
});

test("wakes that are given are kept to, else all visits of a round have the same number", async () => {
  const given = await run(setupOf([fine, other], { wakes: 77 }));
  expect(given.visits.every(({ wakes }) => wakes === 77)).toBe(true);
  const fitted = await run(setupOf([fine, other], { wakes: null }));
  for (const round of [0, 1, 2]) {
    const counts = fitted.visits.filter(({ planned }) => planned.round === round);
    expect(new Set(counts.map(({ wakes }) => wakes)).size).toBe(1);
  }
});

describe("a slow poller", () => {
  const runtime = fine.runtime;
  const poller = async (period: string) => {
    const { contender, ...rest } = await subjectOf("poll-timer");
    return { ...rest, runtime, contender: { ...contender, parameters: { period } } };
  };

  test("gets fewer wakes than the others, the slower the fewer", async () => {
    const subjects = [fine, await poller("1ms"), await poller("8ms"), await poller("16ms")];
    const { visits } = await run(setupOf(subjects, { wakes: null, rounds: 1, timeNs: 20e9 }));
    const [others = 0, often = 0, seldom = 0, least = 0] = visits
      .toSorted((one, other) => one.planned.subject - other.planned.subject)
      .map(({ wakes }) => wakes);
    expect(others / often).toBeCloseTo(2, 1);
    expect(often / seldom).toBeCloseTo(8, 1);
    expect(seldom / least).toBeCloseTo(2, 1);
  });

  test("gets as many as are asked for, and never too few", async () => {
    const subjects = [await poller("16ms")];
    const asked = await run(setupOf(subjects, { wakes: 77 }));
    expect(asked.visits.every(({ wakes }) => wakes === 77)).toBe(true);
    const short = await run(setupOf(subjects, { wakes: null, timeNs: 1e6 }));
    expect(
      short.visits.every(({ wakes, warmupWakes }) => wakes >= 10 && warmupWakes <= wakes),
    ).toBe(true);
  });
});

test("where the time is over only the least of the rounds are made", async () => {
  const rest = { rounds: 12, timeNs: 1, wakes: null };
  const cut = await run(setupOf([fine], { ...rest, leastRounds: 5 }));
  expect(cut.visits.map(({ planned }) => planned.round)).toEqual([0, 1, 2, 3, 4]);
  expect(cut.partial).toBe(false);
  const asked = await run(setupOf([fine], { ...rest, leastRounds: 12 }));
  expect(asked.visits).toHaveLength(12);
});

describe("a subject that", () => {
  const many = { rounds: 6 };

  test("crashes is visited three times, and the others in every round", async () => {
    const { visitsOf } = await run(setupOf([fine, subject("bad", "exit 7")], many));
    expect(visitsOf(0)).toHaveLength(6);
    expect(visitsOf(1).map(({ outcome }) => outcome.status)).toEqual(Array(3).fill("crashed"));
  });

  test("fails is visited twice", async () => {
    const { visitsOf } = await run(setupOf([fine, subject("bad", fails("WAKER_FAILED"))], many));
    expect(visitsOf(0)).toHaveLength(6);
    expect(visitsOf(1)).toHaveLength(2);
    expect(visitsOf(1).every(({ isRepeated }) => !isRepeated)).toBe(true);
  });

  test("has lost its place is visited once more at once", async () => {
    const { visitsOf } = await run(setupOf([subject("bad", fails("PLACEMENT_MISMATCH"))], many));
    expect(visitsOf(0).map(({ isRepeated }) => isRepeated)).toEqual([true, true]);
  });

  test("is out in one placement is not out in another", async () => {
    const across = `case "$1" in *'"placement":"cross-core"'*) exit 7;; esac; ${done}`;
    const placements = [sameCore, crossCore];
    const { visits } = await run(setupOf([subject("half", across)], { ...many, placements }));
    expect(visits.filter(({ outcome }) => outcome.status === "ok")).toHaveLength(6);
    expect(visits.filter(({ outcome }) => outcome.status === "crashed")).toHaveLength(3);
  });
});

test("what was measured until the end is returned, marked partial", async () => {
  const controller = new AbortController();
  const result = await runWake(
    setupOf([fine, other], { rounds: 100 }),
    ({ visits }) => {
      if (visits.length === 5) controller.abort();
    },
    controller.signal,
  );
  expect(result.partial).toBe(true);
  expect(result.visits).toHaveLength(5);
  expect(result.visits.every(({ outcome }) => outcome.status === "ok")).toBe(true);
});
