import { describe, expect, test } from "bun:test";
import { assembleWorkload } from "../../src/results/assemble-workload.ts";
import { type Series, seriesSchema } from "../../src/results/schema.ts";
import type { WorkloadRun } from "../../src/runner/workload-run.ts";
import { fakeWorkloadRun, libraryOf, rowOf, steadyWork, worked } from "./fake-workload.ts";

const [one, two] = [libraryOf("one"), libraryOf("two")];

function seriesOf(run: WorkloadRun, relativeTo: string | null = null): Series[] {
  const all = assembleWorkload(run, relativeTo).map(({ series }) => series);
  for (const series of all) seriesSchema.parse(series);
  return all;
}

describe("a row of a workload", () => {
  const run = fakeWorkloadRun([one, two], steadyWork([1_000, 2_000]));
  const [first, second] = seriesOf(run) as [Series, Series];

  test("has the rate of its scenario, what decides, and totals of the cost", () => {
    expect(first.rates.tasksPerSecond?.value).toBeCloseTo(1e6 / 1.01, -3);
    expect(first.rounds.map(({ decidingNs }) => decidingNs)).toEqual([1_000, 1_010, 1_020]);
    expect(first.extra.done).toBe(3_000);
    expect(first.extra.decidingNs).toBeCloseTo(1_010, 0);
    expect(first.cost.wallNs).toBe(1e6 + 1.01e6 + 1.02e6);
    expect(first.cost.peakRssBytes).toBe(2 ** 26);
    expect(first.cost.cpuWakerNs).toBeNull();
    expect(first.summary.count).toBe(3_000);
    expect(first.summary.p90Ns).not.toBeNull();
    expect(first.interval.p50Ns).not.toBeNull();
  });

  test("is set against the first of its table, round by round", () => {
    expect(first.relative).toMatchObject({ to: "one", ratio: 1 });
    expect(second.relative).toMatchObject({ to: "one", verdict: "slower" });
    expect(second.relative?.ratio).toBeCloseTo(2, 6);
  });

  test("is set against the one that was named", () => {
    const [other] = seriesOf(run, "two") as [Series];
    expect(other.relative).toMatchObject({ to: "two", verdict: "faster" });
  });

  test("says what it was given, and which case and table it is of", () => {
    const rows = [rowOf(0, { case: "waves", table: "waves" })];
    const [series] = seriesOf(fakeWorkloadRun([one], steadyWork([1_000]), { rows }));
    expect(series?.params).toEqual({ tasks: 1_000, case: "waves", table: "waves" });
    expect(first.params).toEqual({ tasks: 1_000 });
  });
});

test("each scenario's rate has its own name", () => {
  const rateOf = (scenario: "io" | "handlers") =>
    Object.keys(
      seriesOf(fakeWorkloadRun([one], steadyWork([1_000]), { scenario }))[0]?.rates ?? {},
    );
  expect(rateOf("io")).toEqual(["operationsPerSecond"]);
  expect(rateOf("handlers")).toEqual(["requestsPerSecond"]);
});

test("rows are set against those of their own table alone", () => {
  const rows = [
    rowOf(0, { table: "a" }),
    rowOf(1, { table: "a" }),
    rowOf(1, { table: "b" }),
    rowOf(0, { table: "b" }),
  ];
  const run = fakeWorkloadRun([one, two], steadyWork([1_000, 4_000, 500, 1_000]), { rows });
  const relatives = seriesOf(run).map(({ relative }) => [
    relative?.to,
    Math.round(relative?.ratio ?? 0),
  ]);
  expect(relatives).toEqual([
    ["one", 1],
    ["one", 4],
    ["two", 1],
    ["two", 2],
  ]);
});

test("counts are summed, levels are medians, marks are said once", () => {
  const visits = [0, 1, 2].map((round) => ({
    round,
    row: 0,
    outcome: worked(1_000, {
      counts: { cleanups: 10 + round },
      levels: { busy: round === 2 ? null : round },
      marks: { checksum: round === 2 ? "b" : "a" },
      stages: { late: [1, 2, 3] },
    }),
  }));
  const [series] = seriesOf(fakeWorkloadRun([one], visits));
  expect(series?.extra).toMatchObject({ cleanups: 33, busy: 0, checksum: "a,b" });
  expect(series?.stages.late?.count).toBe(9);
  expect(series?.stages.burn).toBeUndefined();
});

test("rounds that are dropped are in no figure, but their faults are told", () => {
  const run = fakeWorkloadRun(
    [one],
    [
      { round: 0, row: 0, isWarmup: true, outcome: worked(9_000) },
      {
        round: 1,
        row: 0,
        isWarmup: true,
        outcome: { status: "crashed", error: "SIGSEGV", measurements: [] },
      },
      ...steadyWork([1_000]),
    ],
  );
  const [series] = seriesOf(run);
  expect(series?.rounds).toHaveLength(3);
  expect(series?.extra.done).toBe(3_000);
  expect(series).toMatchObject({ status: "crashed", error: "1 of 5 visits: SIGSEGV" });
});

test("a run that ended in the rounds that are dropped has measured nothing, and says so", () => {
  const visits = [{ round: 0, row: 0, isWarmup: true, outcome: worked(1_000) }];
  const [series] = seriesOf(fakeWorkloadRun([one], visits));
  expect(series).toMatchObject({ status: "failed", rounds: [] });
  expect(series?.error).toContain("not measured");
});

describe("a visit with a fault", () => {
  const faulty = {
    status: "failed",
    error: "a task never ended",
    measurements: [worked(1_000, { audit: { lost: 1 }, fault: "a task never ended" })],
  } as const;

  test("keeps what was measured, and says the fault", () => {
    const visits = [...steadyWork([1_000]).slice(0, 2), { round: 2, row: 0, outcome: faulty }];
    const [series] = seriesOf(fakeWorkloadRun([one], visits));
    expect(series).toMatchObject({ status: "failed", error: "1 of 3 visits: a task never ended" });
    expect(series?.rounds).toHaveLength(3);
    expect(series?.audit.lost).toBe(1);
  });

  test("that measured nothing leaves the rounds of the others", () => {
    const nothing = { status: "crashed", error: "exit code 7", measurements: [] } as const;
    const visits = [...steadyWork([1_000]).slice(0, 2), { round: 2, row: 0, outcome: nothing }];
    const [series] = seriesOf(fakeWorkloadRun([one], visits));
    expect(series?.rounds.map(({ round }) => round)).toEqual([0, 1]);
    expect(series?.status).toBe("crashed");
  });

  test("of the reference makes the next that ran the reference", () => {
    const never = { round: 0, row: 0, outcome: { ...faulty, measurements: [] } };
    const visits = [never, ...steadyWork([0, 1_000]).filter(({ row }) => row === 1)];
    const [first, second] = seriesOf(fakeWorkloadRun([one, two], visits));
    expect(first?.relative).toBeNull();
    expect(second?.relative?.to).toBe("two");
  });
});

test("a row that was never visited says so", () => {
  const [, second] = seriesOf(
    fakeWorkloadRun([one, two], [{ round: 0, row: 0, outcome: worked(1_000) }]),
  );
  expect(second).toMatchObject({ status: "failed", relative: null, rates: {} });
  expect(second?.error).toContain("not measured");
});

test("nothing to decide by makes no ratio", () => {
  const visits = [0, 1, 2].map((round) => ({
    round,
    row: 0,
    outcome: worked(1_000, { decidingNs: round === 0 ? 0 : null }),
  }));
  const [series] = seriesOf(fakeWorkloadRun([one], visits));
  expect(series?.relative).toBeNull();
  expect(series?.extra.decidingNs).toBeNull();
});

test("raw samples are kept by name, round by round", () => {
  const visits = steadyWork([1_000], { stages: { burn: [5, 6] } });
  const [raw] = assembleWorkload(fakeWorkloadRun([one], visits), null);
  expect(Object.keys(raw?.samples ?? {})).toEqual(["latencyRoundsNs", "burnRoundsNs"]);
  expect(raw?.samples.latencyRoundsNs?.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000]);
  expect(raw?.samples.burnRoundsNs).toEqual([
    [5, 6],
    [5, 6],
    [5, 6],
  ]);
});

test("the control is set against the contender that it is a copy of", () => {
  const control = { ...one, isControl: true };
  const [, series] = seriesOf(fakeWorkloadRun([one, control], steadyWork([1_000, 1_000])), null);
  expect(series?.params.control).toBe("a/a");
  expect(series?.relative).toMatchObject({ to: "one", verdict: "no difference seen" });
});
