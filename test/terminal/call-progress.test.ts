import { expect, test } from "bun:test";
import { plainStyle } from "../../src/report/table.ts";
import type { DispatchRun } from "../../src/runner/dispatch-run.ts";
import { CallTable } from "../../src/terminal/call-progress.ts";
import {
  called,
  controlOf,
  dispatcherOf,
  type FakeCalls,
  fakeDispatchRun,
} from "../results/fake-dispatch.ts";
import { crossCore, sameCore } from "../results/fake-run.ts";

const ring = dispatcherOf("ring");
const pool = dispatcherOf("piscina", "pool");
const placements = [sameCore, crossCore];

/** The table as it stands after each of so many visits. */
function frames(run: DispatchRun, ...counts: number[]): string[] {
  let drawn = "";
  const write = (text: string) => {
    drawn += text;
    return true;
  };
  const terminal = { columns: 80, rows: 24, write } as unknown as NodeJS.WriteStream;
  using table = new CallTable(terminal, plainStyle);
  return counts.map((count) => {
    const visits = run.visits.slice(0, count);
    drawn = "";
    table.update({ setup: run.setup, visits, planned: 12, leftNs: 8.4e9 });
    return Bun.stripANSI(drawn);
  });
}

test("fills with the time of a call, over all visits so far", () => {
  const visits = [5_000, 7_000].map((ns, round) => ({ round, subject: 0, outcome: called(ns) }));
  const run = fakeDispatchRun([ring, pool], visits, { placements });
  const [none, one, both] = frames(run, 0, 1, 2);
  expect(none).toContain(
    [
      "  µs/call so far  same-core  cross-core",
      "  ring                    …           …",
      "  piscina                 …           …",
      "  0 of 12 visits, about 8 s left",
    ].join("\n"),
  );
  expect(one).toContain("  ring                 5.00           …\n");
  expect(both).toContain("  ring                 6.00           …\n");
});

test("says what went wrong, has no row for the control, and no figures of cases", () => {
  const crashed = { status: "crashed", error: "SIGSEGV", measurements: [] } as const;
  const visits: FakeCalls[] = [
    { round: 0, subject: 0, outcome: called(5_000) },
    { round: 0, subject: 0, case: "exception", outcome: called(90_000) },
    { round: 0, subject: 1, placement: 1, outcome: crashed },
    { round: 0, subject: 2, outcome: called(80_000) },
  ];
  const run = fakeDispatchRun([ring, pool, controlOf(ring)], visits, { placements });
  const [frame = ""] = frames(run, 4);
  expect(frame).toContain("  ring                 5.00           …\n");
  expect(frame).toContain("  piscina                 …     crashed\n");
  expect(frame.match(/ring/g)).toHaveLength(1);
});
