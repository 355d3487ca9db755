import { expect, test } from "bun:test";
import { plainStyle } from "../../src/report/table.ts";
import type { WorkloadRun } from "../../src/runner/workload-run.ts";
import { WorkTable } from "../../src/terminal/work-progress.ts";
import {
  type FakeWork,
  fakeWorkloadRun,
  libraryOf,
  rowOf,
  worked,
} from "../results/fake-workload.ts";

const [one, two] = [libraryOf("one"), libraryOf("two")];
const rows = ["waves", "yield"].flatMap((name) => [0, 1].map((row) => rowOf(row, { case: name })));

/** The table as it stands after each of so many visits. */
function frames(run: WorkloadRun, ...counts: number[]): string[] {
  let drawn = "";
  const write = (text: string) => {
    drawn += text;
    return true;
  };
  const terminal = { columns: 80, rows: 24, write } as unknown as NodeJS.WriteStream;
  using table = new WorkTable(terminal, plainStyle);
  return counts.map((count) => {
    const visits = run.visits.slice(0, count);
    drawn = "";
    table.update({ setup: run.setup, visits, planned: 12, leftNs: 8.4e9 });
    return Bun.stripANSI(drawn);
  });
}

test("fills with the rate over all visits so far, without those that are dropped", () => {
  const visits: FakeWork[] = [
    { round: 0, row: 0, isWarmup: true, outcome: worked(500_000) },
    { round: 0, row: 0, outcome: worked(1_000) },
    { round: 1, row: 0, outcome: worked(3_000) },
  ];
  const [none, warm, first, both] = frames(
    fakeWorkloadRun([one, two], visits, { rows }),
    0,
    1,
    2,
    3,
  );
  expect(none).toContain(
    [
      "  tasks/s so far  waves  yield",
      "  one                 …      …",
      "  two                 …      …",
      "  0 of 12 visits, about 8 s left",
    ].join("\n"),
  );
  expect(warm).toContain("  one                 …      …\n");
  expect(first).toContain("  one             1.00 M      …\n");
  expect(both).toContain("  one             500 k      …\n");
});

test("shows a time where that decides, what went wrong, and no row for the control", () => {
  const visits: FakeWork[] = [
    { round: 0, row: 0, outcome: worked(2e6) },
    { round: 0, row: 1, outcome: { status: "crashed", error: "SIGSEGV", measurements: [] } },
    { round: 0, row: 2, outcome: worked(9e6) },
  ];
  const control = { ...one, isControl: true };
  const rest = { scenario: "cancel", rows: [0, 1, 2].map((row) => rowOf(row)) } as const;
  const [frame = ""] = frames(fakeWorkloadRun([one, two, control], visits, rest), 3);
  expect(frame).toContain("  time so far   cancel\n");
  expect(frame).toContain("  one          2.00 ms\n");
  expect(frame).toContain("  two          crashed\n");
  expect(frame.match(/one/g)).toHaveLength(1);
});
