import { describe, expect, test } from "bun:test";
import { fetchers } from "../../src/fetchers/index.ts";
import { renderCsv } from "../../src/report/csv.ts";
import { fetchFace, fetchSummary } from "../../src/report/fetch-face.ts";
import { plainStyle } from "../../src/report/table.ts";
import { renderVerdict } from "../../src/report/tables.ts";
import { workloadOf } from "../../src/report/workload.ts";
import { type Programs, resultsOfPrograms, seriesOfPrograms } from "./programs.ts";

const programs: Programs = {
  "threads-reuse": [60, 66, 72],
  "async-for": [40, 42, 44],
  "async-map": [40, 43, 46],
};
const all = seriesOfPrograms(programs);

describe("the summary", () => {
  test("sets the others against the fastest, which need not be the first", () => {
    // 66/42 · √((6/66)² + (2/42)²) and 43/42 · √((3/43)² + (2/42)²)
    expect(fetchSummary(all)).toBe(
      [
        "async-for ran",
        "    1.02 ± 0.09 times faster than async-map",
        "    1.57 ± 0.16 times faster than threads-reuse",
      ].join("\n"),
    );
  });

  test("is what the whole ends with, behind the advice", () => {
    const measured = { wakers: [], dispatchers: [], others: fetchers };
    const text = renderVerdict(resultsOfPrograms(programs), measured, plainStyle);
    expect(text.endsWith(`\n\n${fetchSummary(all)}\n`)).toBeTrue();
    expect(text.indexOf("When to use each")).toBeGreaterThan(0);
  });

  test("leaves out what has no time, and is none where nothing can be compared", () => {
    const one = { "async-for": [40, 42, 44], "async-map": ["failed", "failed"] } as const;
    expect(fetchSummary(seriesOfPrograms(one))).toBeNull();
    expect(fetchSummary([])).toBeNull();
  });

  test("has no deviation after a single run", () => {
    const once = { "async-for": [40], "async-map": [50] } as const;
    expect(fetchSummary(seriesOfPrograms(once))).toBe(
      "async-for ran\n    1.25 times faster than async-map",
    );
  });
});

test("CSV has the CPU of the programs and of the server", () => {
  const [header = "", row = ""] = renderCsv(resultsOfPrograms(programs)).split("\r\n");
  const cells = row.split(",");
  const cellOf = (name: string) => Number(cells[header.split(",").indexOf(name)]);
  // Of all three runs; of the server's the median.
  expect(cellOf("user_ns")).toBe(99e6);
  expect(cellOf("system_ns")).toBe(49.5e6);
  expect(cellOf("requests_ns")).toBe(49.5e6);
  expect(cellOf("server_cpu_ns")).toBe(5e6);
});

describe("the table", () => {
  const { sections } = workloadOf(fetchFace, all);
  const [section] = sections;

  test("has the times of whole programs, and their CPU for each run", () => {
    expect(section?.cells[0]).toEqual(
      "Method,Mean,σ,Min,Max,User,System,Requests/s,Peak RSS,Relative,±".split(","),
    );
    expect(section?.cells[1]?.slice(0, 9)).toEqual([
      "threads-reuse",
      "66.0 ms",
      "6.00 ms",
      "60.0 ms",
      "72.0 ms",
      "33.0 ms",
      "16.5 ms",
      "15.2 k",
      "40.0 MB",
    ]);
    expect(section?.title).toBe(
      "1,000 requests, 100 at a time, pools of 4 Workers · a server of ours",
    );
  });

  test("says what of it are the requests, and what the server used", () => {
    const notes = section?.notes.join("\n");
    expect(notes).toContain("async-for: 31.5 ms of 42.0 ms are its requests");
    expect(notes).toContain("used 5.00 ms of CPU for each program, and held 48.0 MB");
  });

  test("keeps the runs before a fault, and says the fault", () => {
    const [row] = seriesOfPrograms({ "async-for": [40, 42, "failed", "failed"] });
    expect(row).toMatchObject({ status: "failed", summary: { count: 2 }, extra: { done: 2_000 } });
    const shown = workloadOf(fetchFace, row === undefined ? [] : [row]).sections[0];
    expect(shown?.cells[1]?.slice(0, 2)).toEqual(["async-for", "41.0 ms"]);
    expect(shown?.notes.join("\n")).toContain("3 of 1000 requests answered 500");
  });
});
