import { describe, expect, test } from "bun:test";
import { comparisons } from "../../src/report/comparison.ts";
import { contention } from "../../src/report/contention.ts";
import { renderCsv } from "../../src/report/csv.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { plainStyle, renderGroup } from "../../src/report/table.ts";
import { contentionGroup } from "../../src/report/table-groups.ts";
import { renderTables } from "../../src/report/tables.ts";
import type { BurstSetup } from "../../src/runner/burst-run.ts";
import { flooded } from "../results/fake-flood.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { type FloodRow, floodSeries } from "./floods.ts";

async function resultsOf(rows: readonly FloodRow[], setup: Partial<BurstSetup> = {}) {
  const results = resultsWith([]);
  return { ...results, series: await floodSeries(rows, setup) };
}

async function told(rows: readonly FloodRow[], setup: Partial<BurstSetup> = {}) {
  const found = contention(await resultsOf(rows, setup));
  if (found === null) throw new Error("no floods");
  return found;
}

const callback = { waker: "callback", from: { 1: 2e6, 64: 1e6 } };
const pipe = { waker: "pipe", from: { 1: 5e5, 64: 4e5 } };
const floor = { waker: "floor", from: { 1: 4e7, 64: 3e7 } };

test("results without floods have no such tables, floods no table of single wakes", async () => {
  const wakes = resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000) })]);
  expect(contention(wakes)).toBeNull();
  expect(comparisons(await resultsOf([pipe]))).toEqual([]);
});

test("the tables on a terminal", async () => {
  const floods = await told([callback, pipe, floor]);
  expect(renderGroup(contentionGroup(floods), plainStyle)).toMatchInlineSnapshot(`
    "Under contention: threads notify without a pause
      Wakes a second from  1 thread  64 threads
      callback               2.02 M      1.01 M
      pipe ‡                  505 k       404 k
      floor                  40.4 M      30.3 M
      ‡ a doorbell: it says only that something happened, the queue beside it is yours
      Wakes/s counts until the last one was heard; In time: those heard before the flood's end
      CPU/wake is that of the loop's thread; Memory is the most that one flood took

    from 1 thread · floods of 100 ms
      Approach  Wakes/s  Relative  ±  In time  Per entry  CPU/wake   Memory
      callback   2.02 M    1.00 ×       100 %          4    248 ns  1.00 MB
      pipe ‡      505 k    0.25 ×       100 %          4    990 ns  1.00 MB
      floor      40.4 M   20.00 ×       100 %          4     12 ns  1.00 MB

      Approach            Notify p50  Notify p99  1 ms timer late p50      p90      p99      Max
      callback                119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      pipe ‡                  119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      floor                   119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      no waker (control)           -           -              50.0 µs  50.0 µs  50.0 µs  50.0 µs

    from 64 threads · floods of 100 ms
      Approach  Wakes/s  Relative     ±  In time  Per entry  CPU/wake   Memory
      callback   1.01 M    1.00 ×          100 %          4    495 ns  1.00 MB
      pipe ‡      404 k    0.40 ×  0.00    100 %          4   1.24 µs  1.00 MB
      floor      30.3 M   30.00 ×          100 %          4     17 ns  1.00 MB

      Approach            Notify p50  Notify p99  1 ms timer late p50      p90      p99      Max
      callback                119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      pipe ‡                  119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      floor                   119 ns           -              49.0 µs  89.0 µs        -  99.0 µs
      no waker (control)           -           -              50.0 µs  50.0 µs  50.0 µs  50.0 µs"
  `);
});

describe("the overview", () => {
  test("has a row for each contender and a column for each number of threads, ascending", async () => {
    const { overview } = await told([{ waker: "callback", from: { 64: 1e6, 8: 2e6, 1: 3e6 } }]);
    expect(overview[0]).toEqual(["Wakes a second from", "1 thread", "8 threads", "64 threads"]);
    expect(overview.slice(1)).toEqual([["callback", "3.03 M", "2.02 M", "1.01 M"]]);
  });

  test("says what went wrong in place of a rate", async () => {
    const { overview, sections } = await told([{ ...callback, from: { 1: 2e6, 64: "crashed" } }]);
    expect(overview[1]).toEqual(["callback", "2.02 M", "crashed"]);
    expect(sections[0]?.notes).toEqual([]);
    expect(sections[1]?.notes).toEqual(["! callback: crashed: 3 of 3 visits: SIGSEGV"]);
  });
});

describe("the title", () => {
  test.each([
    [{}, "Under contention: threads notify without a pause"],
    [
      { producers: "sleep", gapNs: 250_000 },
      "Under contention: threads sleep 250 µs between two notifies",
    ],
    [{ payloadBytes: 8 }, "Under contention: threads notify without a pause · 8 bytes of payload"],
  ] as const)("tells what was done: %j", async (setup, title) => {
    expect((await told([pipe], setup)).title).toBe(title);
  });
});

describe("marked", () => {
  const bell = "‡ a doorbell: it says only that something happened, the queue beside it is yours";

  test("is a doorbell, with what it means, but neither message nor floor", async () => {
    const { overview, sections, notes } = await told([callback, pipe, floor]);
    expect(overview.map(([name]) => name).slice(1)).toEqual(["callback", "pipe ‡", "floor"]);
    expect(sections[0]?.rates.map(([name]) => name).slice(1)).toEqual([
      "callback",
      "pipe ‡",
      "floor",
    ]);
    expect(notes).toContain(bell);
    expect((await told([callback])).notes).not.toContain(bell);
  });

  test.each([
    [1_000, "callback, loses 1.0 %"],
    [60_000, "callback, loses 60 %"],
    [1, "callback, loses < 0.1 %"],
    [99_600, "callback, loses > 99 %"],
    [100_000, "callback, loses 100 %"],
  ])("is a waker that loses %i of 100,000", async (lost, name) => {
    const outcome = flooded(1e6, { audit: { lost } });
    const { sections } = await told([{ waker: "callback", from: { 64: outcome } }]);
    expect(sections[0]?.rates[1]?.[0]).toBe(name);
    const total = (3 * lost).toLocaleString("en-US");
    expect(sections[0]?.notes).toEqual([`! callback: of 300,000 wakes ${total} lost`]);
  });

  test("is a waker that turned wakes away, which is no loss", async () => {
    const outcome = flooded(1e6, { audit: { refused: 7 } });
    const { sections } = await told([{ waker: "callback", from: { 64: outcome } }]);
    expect(sections[0]?.rates[1]?.[0]).toBe("callback");
    expect(sections[0]?.notes).toEqual([
      "callback: turned away 21 wakes, and said so to the thread",
    ]);
  });
});

describe("what it cost", () => {
  test("is given for each wake that was heard, and the most memory of one flood", async () => {
    const { sections } = await told([callback]);
    const [header, row] = sections[1]?.rates ?? [];
    expect(header?.slice(4)).toEqual(["In time", "Per entry", "CPU/wake", "Memory"]);
    // 50 ms of the loop's CPU for each 101,000 wakes.
    expect(row?.slice(4)).toEqual(["100 %", "4", "495 ns", "1.00 MB"]);
  });

  test("tells how much was heard before the flood's end", async () => {
    const late = flooded(1e6, { audit: { received: 3e5 }, entries: 75_000, settleNs: 100e6 });
    const { sections } = await told([{ waker: "callback", from: { 64: late } }]);
    expect(sections[0]?.rates[1]?.slice(1, 6)).toEqual(["1.50 M", "1.00 ×", "", "33 %", "4"]);
  });

  test("has a row without a waker, whose notify is none", async () => {
    const { sections } = await told([callback]);
    expect(sections[0]?.costs.at(-1)).toEqual([
      "no waker (control)",
      "-",
      "-",
      ...Array(4).fill("50.0 µs"),
    ]);
    expect(sections[0]?.rates.some(([name]) => name?.includes("control"))).toBe(false);
  });

  test("withholds a percentile with fewer than ten samples above it", async () => {
    const few = flooded(1e6, { notifyNs: [1, 2, 3], lateNs: [] });
    const { sections } = await told([{ waker: "callback", from: { 1: few } }]);
    expect(sections[0]?.costs[1]).toEqual(["callback", ...Array(6).fill("-")]);
  });
});

describe("other formats", () => {
  test("Markdown has the same cells and notes", async () => {
    const text = await renderMarkdown(await resultsOf([callback, pipe]));
    expect(text).toContain("### Under contention: threads notify without a pause");
    expect(text).toContain(
      "| Wakes a second from | 1 thread | 64 threads |\n| :-- | --: | --: |\n",
    );
    expect(text).toContain("#### from 64 threads · floods of 100 ms");
    expect(text).toContain("| no waker (control) | - | - | 50.0 µs |");
    expect(text).toContain("- ‡ a doorbell");
    expect(text).not.toContain("\n\n\n");
  });

  test("CSV has a line for each number of threads", async () => {
    const [header = "", ...lines] = renderCsv(await resultsOf([callback]))
      .trim()
      .split("\r\n");
    const names = header.split(",");
    const rows = lines.map((line) =>
      Object.fromEntries(line.split(",").map((cell, index) => [names[index], cell])),
    );
    expect(rows.map(({ contender, threads, control }) => [contender, threads, control])).toEqual([
      ["callback", "1", ""],
      ["no waker", "1", "no waker"],
      ["callback", "64", ""],
      ["no waker", "64", "no waker"],
    ]);
    expect(Number(rows[2]?.wakes_per_second)).toBeCloseTo(1_009_966.9, 0);
    expect(rows[2]).toMatchObject({ scenario: "burst", wakes_per_entry: "4", refused: "0" });
    expect(rows[3]).toMatchObject({ wakes_per_second: "", timer_late_p90_ns: "50000" });
  });

  test("text has them after those of single wakes", async () => {
    const wakes = resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000) })]);
    const series = [...wakes.series, ...(await floodSeries([callback]))];
    const text = renderTables({ ...wakes, series });
    expect(text.indexOf("same-core:")).toBe(0);
    expect(text.indexOf("Under contention")).toBeGreaterThan(0);
  });
});
