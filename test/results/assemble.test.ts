import { describe, expect, test } from "bun:test";
import { assembleWake } from "../../src/results/assemble.ts";
import { type Series, seriesSchema } from "../../src/results/schema.ts";
import type { WakeRun } from "../../src/runner/wake-run.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import { decodeHistogram } from "../../src/stats/histogram.ts";
import {
  around,
  crossCore,
  type FakeVisit,
  fakeRun,
  measured,
  sameCore,
  subjectOf,
} from "./fake-run.ts";

const pipe = await subjectOf("pipe");
const callback = await subjectOf("callback");
const control = await subjectOf("pipe", true);
const floor = await subjectOf("floor");

function assemble(run: WakeRun, relativeTo = "pipe"): Series[] {
  return assembleWake(run, relativeTo).map(({ series }) => seriesSchema.parse(series));
}

/** One measurement in each round of one subject. */
function rounds(subject: number, ...measurements: readonly WakeMeasurement[]): FakeVisit[] {
  return measurements.map((measurement, round) => ({ round, subject, outcome: [measurement] }));
}

/** Machine noise of a round, the same for all that are visited in it. */
const noise = [1, 1.3, 0.8, 1.1];
const noisy = (p50Ns: number) =>
  noise.map((factor) => measured(around(Math.round(p50Ns * factor))));

const [slow, fast, again] = assemble(
  fakeRun(
    [pipe, callback, control],
    [...rounds(0, ...noisy(10_000)), ...rounds(1, ...noisy(5_000)), ...rounds(2, ...noisy(10_000))],
  ),
) as [Series, Series, Series];

describe("a series", () => {
  test("holds every sample of its rounds", () => {
    expect(slow.summary).toMatchObject({ count: 84, minNs: 7_990, maxNs: 13_010 });
    expect(slow.rounds.map(({ summary }) => summary.p50Ns)).toEqual([
      10_000, 13_000, 8_000, 11_000,
    ]);
    const counts = slow.rounds.map(({ histogram }) => decodeHistogram(histogram).totalCount);
    expect(counts).toEqual([21, 21, 21, 21]);
  });

  test("of a waker that polls says how often it looks, and had a gap of a period", async () => {
    const timer = await subjectOf("poll-timer");
    const slower = { ...timer, contender: { ...timer.contender, parameters: { period: "16ms" } } };
    const visits = [...rounds(0, ...noisy(1e6)), ...rounds(1, ...noisy(8e6)), ...rounds(2)];
    const [first, second, third] = assemble(fakeRun([timer, slower, pipe], visits));
    expect(first?.extra.pollPeriodNs).toBe(1e6);
    expect(second?.extra.pollPeriodNs).toBe(16e6);
    expect(third?.extra.pollPeriodNs).toBeUndefined();
    expect(second?.params.gapNs).toBe(16e6);
    expect(Number(third?.params.gapNs)).toBeLessThan(1e6);
  });

  test("is set against the reference within rounds, so that their noise cancels out", () => {
    const { ratio = 0, interval = [0, 0], ...relative } = fast.relative ?? {};
    expect(relative).toEqual({ to: "pipe", verdict: "faster" });
    expect(ratio).toBeCloseTo(0.5, 9);
    expect(interval[1] - interval[0]).toBeLessThan(1e-9);
  });

  test("that is the reference is itself, exactly", () => {
    const itself: Series["relative"] = {
      to: "pipe",
      ratio: 1,
      interval: [1, 1],
      verdict: "no difference seen",
    };
    expect(slow.relative).toEqual(itself);
  });

  test("that is the control says so, and differs from its twin by nothing", () => {
    expect(again.contender).toBe("pipe");
    expect(again.params.control).toBe("a/a");
    expect(slow.params.control).toBeUndefined();
    expect(again.relative?.verdict).toBe("no difference seen");
  });

  test("carries its parameters", () => {
    expect(fast).toMatchObject({
      scenario: "wake",
      contender: "callback",
      waker: "callback",
      runtime: "bun@1.4.5",
      params: {
        placement: "same-core",
        loop: "idle",
        spawn: "persistent",
        gapNs: 100_000,
        loopCore: 1,
      },
      status: "ok",
      error: null,
      harnessNs: 90,
      stages: {},
    });
  });

  test("is the same whichever order its rounds were visited in", () => {
    const visits = rounds(0, ...noisy(10_000));
    const forward = assemble(fakeRun([pipe], visits));
    expect(assemble(fakeRun([pipe], visits.toReversed()))).toEqual(forward);
  });

  test("of an unpinned placement has no cores", () => {
    const any = { name: "any", cores: { loopCore: -1, wakerCore: -1 } } as const;
    const [series] = assemble(fakeRun([pipe], rounds(0, ...noisy(9_000)), { placements: [any] }));
    expect(series?.params).not.toContainKey("loopCore");
  });

  test("gives back its raw samples, round by round", () => {
    const [raw] = assembleWake(
      fakeRun([pipe], rounds(0, measured([3, 1, 2]), measured([5]))),
      "pipe",
    );
    expect(raw?.samples.roundsNs).toEqual([[3, 1, 2], [5]]);
  });
});

test("audit, cost and proof are sums over the rounds", () => {
  const counters = (factor: number) => ({
    sent: 100 * factor,
    received: 90 * factor,
    lost: 4 * factor,
    duplicated: 2 * factor,
    foreign: factor,
    reordered: 3 * factor,
    coalesced: 5 * factor,
    early: 6 * factor,
    unparked: 7 * factor,
    wallNs: 1_000 * factor,
    cpuLoopNs: 100 * factor,
    cpuWakerNs: 200 * factor,
    cpuProcessNs: 350 * factor,
    voluntarySwitches: 11 * factor,
    peakRssBytes: 1_000 * factor,
    proofChecked: 2 * factor,
  });
  const parts = [1, 2, 3].map((factor) => measured(around(10_000), { counters: counters(factor) }));
  const [series] = assemble(fakeRun([pipe], rounds(0, ...parts)));
  expect(series?.audit).toEqual({
    sent: 600,
    received: 540,
    lost: 24,
    duplicated: 18, // with what came and was never sent
    reordered: 18,
    coalesced: 30,
    early: 36,
    unparked: 42,
  });
  expect(series?.cost).toEqual({
    wallNs: 6_000,
    cpuLoopNs: 600,
    cpuWakerNs: 1_200,
    cpuOtherNs: 300,
    cpuProcessNs: 2_100,
    voluntarySwitches: 66,
    peakRssBytes: 3_000, // a peak does not add up
  });
  expect(series?.extra.parkingChecked).toBe(12);
});

test("what a platform cannot tell is null, never 0", () => {
  const parts = [1, 2].map(() => measured(around(10_000), { parkingProved: false }));
  const [series] = assemble(fakeRun([pipe], rounds(0, ...parts)));
  expect(series?.cost).toMatchObject({
    cpuWakerNs: null,
    cpuOtherNs: null,
    voluntarySwitches: null,
  });
});

test("stages are there when they were stamped", () => {
  const parts = [1, 2, 3].map(() =>
    measured(around(10_000), {
      enterNs: around(6_000),
      resumeNs: around(4_000),
      spawnNs: around(900),
    }),
  );
  const [series] = assemble(fakeRun([pipe], rounds(0, ...parts)));
  const medians = Object.entries(series?.stages ?? {}).map(([name, stage]) => [name, stage?.p50Ns]);
  expect(medians).toEqual([
    ["enter", 6_000],
    ["resume", 4_000],
    ["spawn", 900],
  ]);
});

describe("the floor", () => {
  const kinds = (eventfdNs: number, futexNs: number, pipeNs: number) => [
    measured(around(pipeNs), { parameters: { via: "pipe" } }),
    measured(around(eventfdNs), { parameters: { via: "eventfd" } }),
    measured(around(futexNs), { parameters: { via: "futex" } }),
  ];
  const visits = [0, 1, 2].flatMap((round): FakeVisit[] => [
    { round, subject: 0, outcome: [measured(around(8_000))] },
    { round, subject: 1, outcome: kinds(3_000, 2_000, 4_000) },
  ]);

  test("is a series for each of its kinds", () => {
    const names = assemble(fakeRun([pipe, floor], visits)).map(({ contender }) => contender);
    expect(names).toEqual(["pipe", "floor:via=eventfd", "floor:via=futex", "floor:via=pipe"]);
  });

  test("that is the fastest stands for all: each row has its ratio to it", () => {
    const [waker, eventfd, futex] = assemble(fakeRun([pipe, floor], visits));
    expect(waker?.extra.floorRatio).toBeCloseTo(4, 9);
    expect(eventfd?.extra.floorRatio).toBeCloseTo(1.5, 9);
    expect(futex?.extra).not.toContainKey("floorRatio");
  });

  test("may be the reference, by its fastest kind", () => {
    const [waker, eventfd, futex] = assemble(fakeRun([pipe, floor], visits), "floor");
    expect(waker?.relative).toMatchObject({ to: "floor:via=futex", verdict: "slower" });
    expect(waker?.relative?.ratio).toBeCloseTo(4, 9);
    expect(eventfd?.relative?.ratio).toBeCloseTo(1.5, 9);
    expect(futex?.relative?.ratio).toBe(1);
  });
});

test("placements are apart, each beside its own reference", () => {
  const p50s = [
    [10_000, 30_000],
    [5_000, 60_000],
  ];
  const visits = [0, 1, 2].flatMap((round) =>
    p50s.flatMap((row, subject) =>
      row.map((p50Ns, placement) => ({
        round,
        subject,
        placement,
        outcome: [measured(around(p50Ns))],
      })),
    ),
  );
  const placements = [sameCore, crossCore];
  const series = assemble(fakeRun([pipe, callback], visits, { placements }));
  const rows = series.map(({ contender, params, relative }) => [
    params.placement,
    contender,
    relative?.verdict,
  ]);
  expect(rows).toEqual([
    ["same-core", "pipe", "no difference seen"],
    ["same-core", "callback", "faster"],
    ["cross-core", "pipe", "no difference seen"],
    ["cross-core", "callback", "slower"],
  ]);
});

describe("a row with a fault", () => {
  const crash = { status: "crashed", error: "SIGSEGV", measurements: [] } as const;
  const fine = [measured(around(10_000))];

  test("keeps what its other visits measured", () => {
    const [series] = assemble(
      fakeRun(
        [pipe],
        [
          { round: 0, subject: 0, outcome: fine },
          { round: 1, subject: 0, outcome: crash },
          { round: 2, subject: 0, outcome: fine },
        ],
      ),
    );
    expect(series).toMatchObject({ status: "crashed", error: "1 of 3 visits: SIGSEGV" });
    expect(series?.rounds.map(({ round }) => round)).toEqual([0, 2]);
    expect(series?.summary.count).toBe(42);
  });

  test("is a row also when nothing was measured, without a ratio", () => {
    const visits = [0, 1, 2].flatMap((round): FakeVisit[] => [
      { round, subject: 0, outcome: fine },
      { round, subject: 1, outcome: crash },
    ]);
    const [, series] = assemble(fakeRun([pipe, callback], visits));
    expect(series).toMatchObject({ contender: "callback", status: "crashed", relative: null });
    expect(series?.summary).toMatchObject({ count: 0, p50Ns: null, meanNs: null });
  });

  test("that is the reference leaves the others without a ratio", () => {
    const visits = [0, 1, 2].flatMap((round): FakeVisit[] => [
      { round, subject: 0, outcome: crash },
      { round, subject: 1, outcome: fine },
    ]);
    const [reference, series] = assemble(fakeRun([pipe, callback], visits));
    expect(reference).toMatchObject({ contender: "pipe", status: "crashed", relative: null });
    expect(series).toMatchObject({ contender: "callback", status: "ok", relative: null });
  });

  test("is set against rounds only in which both were measured", () => {
    const visits = [0, 1, 2, 3].flatMap((round): FakeVisit[] => [
      { round, subject: 0, outcome: [measured(around(10_000))] },
      { round, subject: 1, outcome: round === 3 ? crash : [measured(around(20_000))] },
    ]);
    const [, series] = assemble(fakeRun([pipe, callback], visits));
    expect(series?.relative?.ratio).toBeCloseTo(2, 9);
  });
});

test("visits that were made twice are counted", () => {
  const visits = rounds(0, ...noisy(10_000)).map((visit) => ({
    ...visit,
    isRepeated: visit.round === 1,
  }));
  expect(assemble(fakeRun([pipe], visits))[0]?.extra.visitsRepeated).toBe(1);
});

test("one round has a median and no verdict", () => {
  const visits = [...rounds(0, measured(around(10_000))), ...rounds(1, measured(around(5_000)))];
  const [, series] = assemble(fakeRun([pipe, callback], visits));
  expect(series).toMatchObject({ summary: { p50Ns: 5_000 }, relative: null });
});

test("a row that was never visited is empty and says so: it is not ok", () => {
  const [, series] = assemble(fakeRun([pipe, callback], rounds(0, ...noisy(9_000))));
  expect(series).toMatchObject({ contender: "callback", status: "failed", rounds: [] });
  expect(series?.error).toStartWith("not measured");
});

describe("an open loop", () => {
  const openLoop = { ratePerSecond: 5_000 };
  const late = Array.from({ length: 21 }, (_, index) => 300 + index);
  const part = (settleNs: number) =>
    measured(around(9_000), { lateNs: late, counters: { settleNs } });
  const [series] = assemble(
    fakeRun([pipe], rounds(0, part(0), part(1_000), part(90e6)), openLoop),
  ) as [Series];

  test("says its rate in place of a gap", () => {
    expect(series.params).toMatchObject({ ratePerSecond: 5_000 });
    expect(series.params).not.toHaveProperty("gapNs");
    expect(series.params).not.toHaveProperty("before");
  });

  test("says how late the schedule was, and how long its end was waited for", () => {
    expect(series.stages.late).toMatchObject({ count: 63, minNs: 300, maxNs: 320, p50Ns: 310 });
    expect(series.extra).toMatchObject({ scheduleLateP50Ns: 310, settleNs: 1_000 });
  });

  test("is all of that that a closed one has not", () => {
    expect(fast.params).not.toHaveProperty("ratePerSecond");
    expect(fast.stages).not.toHaveProperty("late");
    expect(fast.extra).not.toHaveProperty("settleNs");
  });
});
