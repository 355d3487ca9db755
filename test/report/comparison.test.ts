import { describe, expect, test } from "bun:test";
import { comparisons } from "../../src/report/comparison.ts";
import { ratioCells } from "../../src/report/notes.ts";
import { plainStyle, renderGroup } from "../../src/report/table.ts";
import { comparisonCells, comparisonGroup } from "../../src/report/table-groups.ts";
import type { Series } from "../../src/results/schema.ts";
import { resultsWith, type SeriesRequest, seriesWith, steady } from "../results/fake-series.ts";

const pipe = seriesWith({ contender: "pipe", p50sNs: steady(5_000) });
const callback = seriesWith({ contender: "callback", p50sNs: steady(3_000) });
const control = seriesWith({
  contender: "pipe",
  p50sNs: steady(5_050),
  params: { control: "a/a" },
});
const floor = (via: string, p50Ns: number) =>
  seriesWith({ contender: `floor:via=${via}`, p50sNs: steady(p50Ns), params: { via } });

function only(...series: Series[]) {
  const [comparison, ...others] = comparisons(resultsWith(series));
  if (comparison === undefined || others.length > 0) throw new Error("not one comparison");
  return comparison;
}

function notes(...series: Series[]): string[] {
  return [...only(...series).notes];
}

function withAudit(audit: SeriesRequest["audit"], params: SeriesRequest["params"] = {}): Series {
  const all = { sent: 1_000, received: 1_000, ...audit };
  return seriesWith({ contender: "lossy", p50sNs: steady(4_000), audit: all, params });
}

describe("rows", () => {
  test("are those of a placement, in the order in which they were named", () => {
    const across = { ...pipe, params: { ...pipe.params, placement: "cross-core" } };
    const tables = comparisons(resultsWith([pipe, callback, across]));
    const rows = tables.map(({ placement, rows: each }) => [
      placement,
      ...each.map(({ approach }) => approach),
    ]);
    expect(rows).toEqual([
      ["same-core", "pipe", "callback"],
      ["cross-core", "pipe"],
    ]);
    expect(tables[0]?.title).toContain("both threads on one core");
    expect(tables[1]?.title).toContain("a core for each thread");
  });

  test("are not those of the control", () => {
    expect(only(pipe, callback, control).rows).toHaveLength(2);
  });

  test("of the floor are that of its fastest kind alone", () => {
    const { rows } = only(
      pipe,
      floor("eventfd", 2_500),
      floor("futex", 2_000),
      floor("pipe", 2_900),
    );
    expect(rows.map(({ approach }) => approach)).toEqual(["pipe", "floor (futex)"]);
  });

  test("keep a floor that has a fault when there is no other", () => {
    const broken = seriesWith({ contender: "floor", p50sNs: [], rest: { status: "crashed" } });
    expect(only(pipe, broken).rows.map(({ approach }) => approach)).toEqual(["pipe", "floor"]);
  });

  test("carry ratio and half its interval, the reference none", () => {
    const p50sNs = steady(3_000).map((p50Ns, round) => p50Ns + (round % 2) * 100);
    const [reference, other] = only(pipe, seriesWith({ contender: "callback", p50sNs })).rows;
    expect(reference).toMatchObject({ relative: "1.00 ×", plusMinus: "" });
    expect(other).toMatchObject({ relative: "0.61 ×", plusMinus: "0.01" });
  });

  test("whose interval is many times its ratio have no figure for it", () => {
    const relative: Series["relative"] = {
      to: "pipe",
      ratio: 2,
      interval: [0.01, 400],
      verdict: "no difference seen",
    };
    expect(ratioCells(relative)).toEqual({ relative: "2.00 ×", plusMinus: "wide" });
  });

  test("that have no ratio have a dash", () => {
    const short = seriesWith({ contender: "short", p50sNs: [4_000] });
    expect(only(pipe, short).rows[1]).toMatchObject({ relative: "-", plusMinus: "-" });
  });

  test("with a fault say what it was", () => {
    const rest = { status: "crashed", error: "3 of 3 visits: SIGSEGV" } as const;
    const crashed = seriesWith({ contender: "bad", p50sNs: [], rest });
    const comparison = only(pipe, crashed);
    expect(comparison.rows[1]?.fault).toBe("crashed: 3 of 3 visits: SIGSEGV");
    expect(comparisonCells(comparison)[2]).toEqual(["bad", ...Array(8).fill("-")]);
  });

  test.each([[steady(6_000)], [[]]])("of executor are marked as no native wake", (p50sNs) => {
    const executor = seriesWith({ contender: "executor", p50sNs });
    const { rows, notes: told } = only(pipe, executor);
    expect(rows[1]?.approach).toBe("executor *");
    expect(told).toContain("* JavaScript only: not a native wake");
  });
});

test("rows with the same caveat share a mark, others get the next", () => {
  const timers = ["poll-timer:period=1ms", "poll-timer:period=8ms"].map((contender) =>
    seriesWith({ contender, p50sNs: steady(1e6) }),
  );
  const inline = seriesWith({ contender: "worker-inline", p50sNs: steady(8_000) });
  const { rows, notes: told } = only(pipe, ...timers, inline);
  expect(rows.map(({ approach }) => approach)).toEqual([
    "pipe",
    "poll-timer:period=1ms *",
    "poll-timer:period=8ms *",
    "worker-inline †",
  ]);
  expect(told.filter((note) => note.startsWith("* polls"))).toHaveLength(1);
  expect(told.filter((note) => note.startsWith("† the work runs"))).toHaveLength(1);
});

describe("notes", () => {
  test("tell the noise of the day from the control", () => {
    expect(notes(pipe, control)[0]).toBe(
      "A/A noise: pipe against itself +1.0 % ± 0.0 %, no difference seen",
    );
  });

  test("give no figure that tells nothing to the noise of two rounds that are worlds apart", () => {
    const calm = seriesWith({ contender: "pipe", p50sNs: [5_000, 5_000] });
    const wild = { contender: "pipe", p50sNs: [50, 500_000], params: { control: "a/a" } };
    expect(notes(calm, seriesWith(wild))[0]).toBe(
      "A/A noise: pipe against itself +0.0 % ± more than 1000 %, no difference seen",
    );
  });

  test("say so when the noise cannot be told", () => {
    const once = seriesWith({ contender: "pipe", p50sNs: [5_000] });
    const again = seriesWith({ contender: "pipe", p50sNs: [5_000], params: { control: "a/a" } });
    expect(notes(once, again)).toContain("A/A noise: too few rounds to tell");
  });

  test("name all floors", () => {
    expect(notes(pipe, floor("eventfd", 2_500), floor("futex", 2_000))).toContain(
      "floors, p50: eventfd 2.53 µs, futex 2.02 µs",
    );
  });

  test("tell what the stamps cost", () => {
    expect(notes(pipe)).toEqual(["the two stamps of a wake cost 90 ns, not subtracted"]);
  });

  test("warn of every wake that was lost, duplicated or out of order", () => {
    const told = notes(withAudit({ lost: 1, duplicated: 2, reordered: 3 }));
    expect(told).toContain("! lossy: of 1,000 wakes 1 lost, 2 duplicated, 3 reordered");
    expect(notes(withAudit({ lost: 1 }))).toContain("! lossy: of 1,000 wakes 1 lost");
  });

  test("say nothing of wakes that came together, which a doorbell may do", () => {
    expect(notes(withAudit({ coalesced: 500 }))).toHaveLength(1);
  });

  test("warn when more than a tenth found the loop awake, of an idle loop only", () => {
    expect(notes(withAudit({ unparked: 100 }))).toHaveLength(1);
    const told = notes(withAudit({ unparked: 120 })).at(-1);
    expect(told).toStartWith("! lossy: 12 % of its wakes found the loop awake");
    expect(notes(withAudit({ unparked: 900 }, { loop: "busy" }))).toHaveLength(1);
  });
});

describe("a row that polls", () => {
  const cost = { ...pipe.cost, wallNs: 10e9, cpuLoopNs: 0.5e9 };
  const poll = seriesWith({
    contender: "poll-timer",
    p50sNs: steady(1e6),
    audit: { sent: 1_000, received: 1_000, unparked: 900 },
    rest: { cost, extra: { pollPeriodNs: 1e6 } },
  });

  test("tells its price", () => {
    expect(notes(poll)).toContain("poll-timer: 500 µs of loop CPU per wake, 5.0 % of the time");
  });

  test("is not warned of wakes that found the loop awake, since they count", () => {
    expect(notes(poll).join()).not.toContain("left out");
    expect(notes({ ...poll, extra: {} }).join()).toContain("left out");
  });
});

test("the title tells what differs from the usual", () => {
  const params = { loop: "busy", spawn: "per-wake", before: "sleep" };
  const { title } = only(seriesWith({ contender: "pipe", p50sNs: steady(5_000), params }));
  expect(title).toEndWith(
    " · loop busy · a new thread for each wake · thread sleeps before it notifies",
  );
});

test("a table on the terminal", () => {
  const lossy = withAudit({ lost: 1 });
  const crashed = seriesWith({
    contender: "bad",
    p50sNs: [],
    rest: { status: "crashed", error: "3 of 3 visits: SIGSEGV" },
  });
  const comparison = only(pipe, callback, lossy, crashed, floor("futex", 2_000), control);
  expect(renderGroup(comparisonGroup(comparison), plainStyle)).toMatchInlineSnapshot(`
    "same-core: both threads on one core
      Approach          Mean      p50      p90  p99  p99.9      Max  Relative  ±
      pipe           5.05 µs  5.05 µs  5.10 µs    -      -  5.11 µs    1.00 ×
      callback       3.03 µs  3.03 µs  3.06 µs    -      -  3.07 µs    0.60 ×
      lossy          4.04 µs  4.04 µs  4.08 µs    -      -  4.09 µs    0.80 ×
      bad                  -        -        -    -      -        -         -  -
      floor (futex)  2.02 µs  2.02 µs  2.04 µs    -      -  2.05 µs    0.40 ×
      ! bad: crashed: 3 of 3 visits: SIGSEGV
      A/A noise: pipe against itself +1.0 % ± 0.0 %, no difference seen
      the two stamps of a wake cost 90 ns, not subtracted
      ! lossy: of 1,000 wakes 1 lost"
  `);
});

test("stages are a table of their own", () => {
  const staged = { ...pipe, stages: { enter: callback.summary, resume: pipe.summary } };
  const comparison = only(staged, callback);
  expect(renderGroup(comparisonGroup(comparison), plainStyle)).toMatchInlineSnapshot(`
    "same-core: both threads on one core
      Approach     Mean      p50      p90  p99  p99.9      Max  Relative  ±
      pipe      5.05 µs  5.05 µs  5.10 µs    -      -  5.11 µs    1.00 ×
      callback  3.03 µs  3.03 µs  3.06 µs    -      -  3.07 µs    0.60 ×

      Approach  Enter p50  Enter p99  Resume p50  Resume p99
      pipe        3.03 µs          -     5.05 µs           -
      callback          -          -           -           -
      the two stamps of a wake cost 90 ns, not subtracted"
  `);
});

describe("an open loop", () => {
  const openLoop = { ratePerSecond: 5_000 };
  const late = seriesWith({ contender: "pipe", p50sNs: steady(300) }).summary;
  const open = seriesWith({
    contender: "pipe",
    p50sNs: steady(9_000),
    params: openLoop,
    rest: { stages: { late }, extra: { settleNs: 10_000 } },
  });

  test("has a table of its own that says what it counts from, and how late its schedule was", () => {
    expect(renderGroup(comparisonGroup(only(open)), plainStyle)).toMatchInlineSnapshot(`
      "same-core: both threads on one core · open loop: 5,000 wakes a second, counted from the intended time
        Approach     Mean      p50      p90  p99  p99.9      Max  Relative  ±
        pipe      9.09 µs  9.09 µs  9.18 µs    -      -  9.19 µs    1.00 ×

        Approach  Late p50  Late p99
        pipe        303 ns         -
        the two stamps of a wake cost 90 ns, not subtracted
        Late: from when a wake was due to its notify; it is part of every figure above"
    `);
  });

  test("shares no table with a closed one, nor with one of another rate", () => {
    const other = { ...open, params: { ...open.params, ratePerSecond: 100 } };
    const tables = comparisons(resultsWith([pipe, open, callback, other]));
    expect(tables.map(({ rows }) => rows.map(({ series }) => series))).toEqual([
      [pipe, callback].map((series) => expect.objectContaining({ params: series.params })),
      [expect.objectContaining({ params: open.params })],
      [expect.objectContaining({ params: other.params })],
    ]);
  });

  test("tells of a backlog that took long to clear, not of what a moment leaves behind", () => {
    const withSettle = (settleNs: number) => ({ ...open, extra: { settleNs } });
    expect(notes(withSettle(9e6)).join()).not.toContain("keep up");
    const [note] = notes(withSettle(50e6)).filter((line) => line.includes("keep up"));
    expect(note).toBe(
      "! pipe: could not keep up; half of its rounds took 50.0 ms or more to clear what was left",
    );
  });
});
