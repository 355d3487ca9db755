import { describe, expect, test } from "bun:test";
import { conclude } from "../../src/report/conclusion.ts";
import { formatAmount, formatLatency } from "../../src/report/format.ts";
import { plainStyle, renderGroup } from "../../src/report/table.ts";
import { workloadGroup } from "../../src/report/table-groups.ts";
import { workloadOf } from "../../src/report/workload.ts";
import type { WorkloadFace } from "../../src/report/workload-face.ts";
import { assembleWorkload } from "../../src/results/assemble-workload.ts";
import type { Series } from "../../src/results/schema.ts";
import type { WorkloadSetup } from "../../src/runner/workload-run.ts";
import { resultsWith } from "../results/fake-series.ts";
import {
  type FakeWork,
  fakeWorkloadRun,
  libraryOf,
  rowOf,
  steadyWork,
  worked,
} from "../results/fake-workload.ts";

const [one, two] = [libraryOf("one"), libraryOf("two")];

const face: WorkloadFace = {
  scenario: "spawn",
  title: "1,000 tasks",
  rowTitle: "Library",
  tableTitle: (table) => (table === "" ? "" : `Tasks in ${table}`),
  columns: () => [
    { title: "Tasks/s", cell: ({ rates }) => formatAmount(rates.tasksPerSecond?.value ?? null) },
    { title: "p50", cell: ({ summary }) => formatLatency(summary.p50Ns) },
  ],
  caveatOf: ({ waker }) => (waker === "two" ? "two does something else" : undefined),
  notes: (table) => (table === "waves" ? ["waves are waves"] : []),
  verdict: () => "Use one.",
  guidance: [],
};

function shown(
  subjects: Parameters<typeof fakeWorkloadRun>[0],
  visits: readonly FakeWork[],
  rest: Partial<WorkloadSetup> = {},
) {
  const run = fakeWorkloadRun(subjects, visits, rest);
  const series = assembleWorkload(run, null).map((raw) => raw.series);
  return workloadOf(face, series);
}

describe("the table of a workload", () => {
  const { sections, notes, title } = shown([one, two], steadyWork([1_000, 2_000]));

  test("has the columns of its face between name and ratio", () => {
    expect(title).toBe("1,000 tasks");
    expect(sections).toHaveLength(1);
    expect(sections[0]?.cells).toEqual([
      ["Library", "Tasks/s", "p50", "Relative", "±"],
      ["one", "990 k", "101 µs", "1.00 ×", ""],
      ["two *", "495 k", "202 µs", "2.00 ×", ""],
    ]);
  });

  test("says what the ratios are to, what a stamp costs and what a mark means", () => {
    expect(notes).toEqual([
      "Relative: wall time per task over that of one, above 1 is slower; ±: half of its 95 % interval",
      "the two stamps of a sample cost 40 ns, not subtracted",
      "* two does something else",
    ]);
  });
});

test("stamps that one row paid dearly for are not said to cost all that much", () => {
  const visits = [40, 40, 9_000].map((harnessNs, row) => ({
    round: 0,
    row,
    outcome: worked(1_000, { harnessNs }),
  }));
  const { notes } = shown([one, two, libraryOf("three")], visits);
  expect(notes).toContain("the two stamps of a sample cost 40 ns, not subtracted");
});

test("each table has its title, its rows and its notes", () => {
  const rows = ["waves", "yield"].map((table) => rowOf(0, { case: table, table }));
  const workload = shown([one], steadyWork([1_000, 2_000]), { rows });
  expect(workload.sections.map((section) => section.title)).toEqual([
    "Tasks in waves",
    "Tasks in yield",
  ]);
  expect(workload.sections.map((section) => section.notes)).toEqual([["waves are waves"], []]);
  expect(workload.sections.map(({ cells }) => cells.length)).toEqual([2, 2]);
});

test("cases of one contender in one table are told apart", () => {
  const rows = ["a", "b"].map((name) => rowOf(0, { case: name }));
  const [section] = shown([one], steadyWork([1_000, 2_000]), { rows }).sections;
  expect(section?.cells.slice(1).map(([name]) => name)).toEqual(["one, a", "one, b"]);
});

test("the control has no row, but shows the noise of the day", () => {
  const control = { ...one, isControl: true };
  const [section] = shown([one, control], steadyWork([1_000, 1_000])).sections;
  expect(section?.cells).toHaveLength(2);
  expect(section?.notes[0]).toMatch(/^A\/A noise: one against itself \+0\.0 %/);
});

test("a fault and what went astray are told first", () => {
  const faulty = {
    status: "failed",
    error: "it lost a task",
    measurements: [worked(1_000, { audit: { lost: 1 }, fault: "it lost a task" })],
  } as const;
  const visits = [...steadyWork([1_000]).slice(0, 2), { round: 2, row: 0, outcome: faulty }];
  const [section] = shown([one], visits).sections;
  expect(section?.notes).toEqual([
    "! one: failed: 1 of 3 visits: it lost a task",
    "! one: of 3,000 tasks 1 lost",
  ]);
});

test("a fault that several rows share is told once", () => {
  const control = { ...one, isControl: true };
  const [section] = shown([one, two, control], steadyWork([1_000]).slice(0, 1)).sections;
  expect(section?.notes[0]).toBe(
    "! two, one (control): failed: not measured: the run ended before",
  );
  expect(section?.notes.filter((note) => note.startsWith("!"))).toHaveLength(1);
});

test("on a terminal title, table and notes stand below one another", () => {
  const text = renderGroup(
    workloadGroup(shown([one, two], steadyWork([1_000, 2_000]))),
    plainStyle,
  );
  const lines = text.split("\n");
  expect(lines[0]).toBe("1,000 tasks");
  expect(lines.some((line) => /Library .*Tasks\/s .*p50 .*Relative/.test(line))).toBe(true);
  expect(lines.at(-1)).toBe("  * two does something else");
});

test("where there were only workloads nothing is said about wakes", () => {
  const run = fakeWorkloadRun([one], steadyWork([1_000]));
  const series: Series[] = assembleWorkload(run, null).map((raw) => raw.series);
  const { sentence, advised, dispatcher } = conclude({ ...resultsWith([]), series }, new Set());
  expect({ sentence, advised, dispatcher }).toEqual({
    sentence: null,
    advised: [],
    dispatcher: null,
  });
});
