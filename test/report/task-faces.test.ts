import { describe, expect, test } from "bun:test";
import { cancelFace } from "../../src/report/cancel-face.ts";
import { ioFace } from "../../src/report/io-face.ts";
import { spawnFace } from "../../src/report/spawn-face.ts";
import { workloadOf } from "../../src/report/workload.ts";
import type { WorkloadFace } from "../../src/report/workload-face.ts";
import type { Series } from "../../src/results/schema.ts";
import { seriesWith } from "../results/fake-series.ts";

type Row = {
  readonly contender: string;
  /** What decides in each round. */
  readonly decidingNs: readonly number[];
  readonly rest?: Partial<Series>;
  readonly extra?: Series["extra"];
};

function rowOf(face: WorkloadFace, { contender, decidingNs, rest, extra }: Row): Series {
  const plain = seriesWith({ contender, p50sNs: decidingNs });
  const mean = decidingNs.reduce((sum, ns) => sum + ns, 0) / decidingNs.length;
  return {
    ...plain,
    scenario: face.scenario,
    params: {},
    rounds: plain.rounds.map((round, index) => ({ ...round, decidingNs: decidingNs[index] ?? 0 })),
    extra: { done: 1_000, decidingNs: mean, ...extra },
    rates: {
      tasksPerSecond: { value: 1e9 / mean, interval: null },
      operationsPerSecond: { value: 1e9 / mean, interval: null },
    },
    cost: { ...plain.cost, cpuProcessNs: 2_500_000, peakRssBytes: 50 * 2 ** 20 },
    ...rest,
  };
}

const quick = { contender: "promises", decidingNs: [1_000, 1_010, 990, 1_000] };
const slow = { contender: "effect", decidingNs: [5_000, 5_100, 4_950, 5_000] };
const slowest = { contender: "effection", decidingNs: [40_000, 41_000, 40_500, 40_000] };

/** The cells of a row below their titles. */
function cellsOf(face: WorkloadFace, series: Series): Record<string, string> {
  const table = String(series.params.table ?? "");
  const columns = face.columns(table);
  return Object.fromEntries(columns.map(({ title, cell }) => [title, cell(series)]));
}

describe("the verdict on tasks", () => {
  const params = { tasks: 10_000, sleepNs: 500_000, table: "at-once", case: "at-once" };
  const told = (...rows: Row[]) =>
    spawnFace.verdict(rows.map((row) => ({ ...rowOf(spawnFace, row), params, ...row.rest })));

  test("names the quickest, and how much quicker it is than the others, the nearest first", () => {
    expect(told(slowest, slow, quick)).toBe(
      "At once: promises (1.00 M tasks/s), 5.0 × faster than effect, 40 × faster than effection.",
    );
  });

  test("names those that cannot be told from it", () => {
    const even = { contender: "workers", decidingNs: [1_400, 800, 1_300, 900] };
    expect(told(even, quick, slowest)).toBe(
      "At once: promises (1.00 M tasks/s), no difference to workers seen, 40 × faster than effection.",
    );
    expect(told(even, quick)).toBe("At once: no difference seen between promises and workers.");
  });

  test("claims nothing of a single round", () => {
    const once = [quick, slow].map((row) => ({ ...row, decidingNs: row.decidingNs.slice(0, 1) }));
    expect(told(...once)).toBe("At once: too few rounds to tell them apart.");
  });

  test("passes over who lost tasks or failed, and is none where nothing is left to compare", () => {
    const audit = { ...rowOf(spawnFace, quick).audit, lost: 1 };
    const lossy = { ...quick, rest: { audit } };
    expect(told(lossy, slow, slowest)).toStartWith("At once: effect (200 k tasks/s), ");
    expect(told(lossy, slow)).toBeNull();
    expect(told({ ...quick, rest: { status: "failed", error: "gone" } }, slow)).toBeNull();
  });

  test("is a sentence for each way to make tasks", () => {
    const other = { ...params, table: "waves", case: "waves" };
    const both = [params, other].flatMap((its) =>
      [quick, slow].map((row) => ({ ...rowOf(spawnFace, row), params: its })),
    );
    expect(spawnFace.verdict(both)).toMatch(/^At once: promises .*\. In waves: promises .*\.$/);
  });
});

describe("the tables of spawn", () => {
  const params = { tasks: 10_000, sleepNs: 500_000, table: "at-once", case: "at-once" };
  const late = { lateP50Ns: 1_200_000, lateP99Ns: 4_000_000, earlySleeps: 0 };

  test("show percentiles within a round, CPU and memory of a task", () => {
    const series = { ...rowOf(spawnFace, { ...quick, extra: late }), params };
    const cells = cellsOf(spawnFace, series);
    expect(cells).toMatchObject({
      "Tasks/s": "1.00 M",
      "Late p50": "1.20 ms",
      "Late p99": "4.00 ms",
      "CPU/task": "2.50 µs",
      "Peak RSS": "50.0 MB",
    });
    const medians = series.rounds.map(({ summary }) => summary.p50Ns);
    expect(medians).toHaveLength(4);
    expect(cells.p50).toBe("1.00 µs");
  });

  test("show no percentile of fewer rounds than three", () => {
    const short = { ...quick, decidingNs: [1_000, 1_000], extra: late };
    const cells = cellsOf(spawnFace, { ...rowOf(spawnFace, short), params });
    expect([cells.p50, cells.p99, cells["Late p50"], cells["Late p99"]]).toEqual(
      Array.from({ length: 4 }, () => "-"),
    );
  });

  test("count one task as one", () => {
    const titleOf = (face: WorkloadFace, params: Series["params"]) =>
      face.tableTitle("", [{ ...rowOf(face, quick), params }]);
    expect(titleOf(spawnFace, { tasks: 1, sleepNs: 5e5 })).toStartWith("1 task at once");
    expect(titleOf(cancelFace, { tasks: 1, afterNs: 5e7 })).toStartWith("1 task that");
    const one = { workers: 1, operations: 1, meanNs: 5e6 };
    expect(titleOf(ioFace, one)).toStartWith("1 worker, each 1 sleep one");
  });

  test("say what lateness is where they show it, and what an interval is that has no figure", () => {
    const notesOf = (table: string) => {
      const wide = {
        to: "promises",
        ratio: 1,
        interval: [0.01, 100],
        verdict: "no difference seen",
      };
      const rest = { params: { table }, relative: wide as Series["relative"] };
      const { sections, notes } = workloadOf(spawnFace, [rowOf(spawnFace, { ...quick, rest })]);
      return [...(sections[0]?.notes ?? []), ...notes];
    };
    expect(notesOf("waves")).toContain("Late: how much later than asked a sleep ended");
    expect(notesOf("yield").join()).not.toContain("Late");
    expect(notesOf("waves").join()).toContain("wide: more than ten times the ratio");
  });

  test("have no lateness where nothing sleeps", () => {
    const titles = spawnFace.columns("yield").map(({ title }) => title);
    expect(titles).toEqual(["Tasks/s", "p50", "p99", "CPU/task", "Peak RSS"]);
  });

  test("say what their tasks do", () => {
    const titleOf = (table: string, more = {}) => {
      const series = { ...rowOf(spawnFace, quick), params: { ...params, table, ...more } };
      return spawnFace.tableTitle(table, [series]);
    };
    expect(titleOf("at-once")).toBe("10,000 tasks at once, each sleeps 500 µs");
    expect(titleOf("waves", { concurrency: 500 })).toBe(
      "10,000 tasks in waves of 500, each sleeps 500 µs",
    );
    expect(titleOf("yield")).toBe("10,000 tasks at once, each only yields to the loop");
  });
});

describe("the table of io", () => {
  const params = { workers: 200, operations: 200, meanNs: 5e6 };
  const extra = { idealNs: 1e9, sleepsChecksum: "abc", earlySleeps: 250 };
  const waiting = (row: Row, more: Series["extra"] = {}) => ({
    ...rowOf(ioFace, { ...row, extra: { ...extra, ...more } }),
    params,
  });

  test("says what the sleeps alone come to, and how many were cut short", () => {
    const { sections } = workloadOf(ioFace, [waiting(quick), waiting(slow, { earlySleeps: 400 })]);
    expect(sections[0]?.notes).toEqual([
      "the worker that sleeps longest is to sleep 1.00 s in all: 40.0 k operations/s, were no sleep late or cut short",
      "Late: how much later than asked a sleep ended",
      "25 % to 40 % of the sleeps ended before they were due, and count as 0 late: this runtime's timers know whole milliseconds",
    ]);
  });

  test("calls it a fault where one slept otherwise than the others", () => {
    const { sections } = workloadOf(ioFace, [
      waiting(quick),
      waiting(slow, { sleepsChecksum: "abd" }),
    ]);
    expect(sections[0]?.notes).toContain("! not all slept the same: their checksums differ");
  });

  test("ends with who is quickest and what each operation costs", () => {
    expect(ioFace.verdict([waiting(quick), waiting(slow)])).toBe(
      "Waiting: promises (1.00 M operations/s), 5.0 × faster than effect. CPU for each: promises 2.50 µs, effect 2.50 µs.",
    );
  });
});

describe("the table of cancel", () => {
  const params = { tasks: 5_000, afterNs: 50e6 };
  const cancelled = (row: Row, extra: Series["extra"]) => ({
    ...rowOf(cancelFace, { ...row, extra }),
    params,
  });

  test("shows how soon all were gone, and how many cleaned up", () => {
    const series = cancelled(quick, { settleNs: 12_100_000, cleanups: 30_000 });
    expect(cellsOf(cancelFace, series)).toMatchObject({ Settle: "12.1 ms", Cleanups: "30,000" });
    expect(cancelFace.tableTitle("", [series])).toBe(
      "5,000 tasks that would sleep for an hour, cancelled after 50.0 ms",
    );
  });

  test("shows nothing of what was not measured", () => {
    const series = rowOf(cancelFace, { ...quick, decidingNs: [], extra: { done: 0 } });
    expect(Object.values(cellsOf(cancelFace, { ...series, params }))).toEqual([
      "-",
      "-",
      "-",
      "-",
      "-",
      "50.0 MB",
    ]);
  });

  test("ends with who is gone first", () => {
    const both = [
      cancelled(quick, { settleNs: 12_100_000, cleanups: 30_000 }),
      cancelled(slow, { settleNs: 60_500_000, cleanups: 30_000 }),
    ];
    expect(cancelFace.verdict(both)).toBe(
      "Cancelling: promises (12.1 ms), 5.0 × faster than effect.",
    );
  });
});
