import { expect, test } from "bun:test";
import { plainStyle } from "../../src/report/table.ts";
import { LiveTables } from "../../src/terminal/live-tables.ts";
import { fakeWorkloadRun, libraryOf, rowOf, worked } from "../results/fake-workload.ts";

const rows = [rowOf(0, { case: "waves" })];
const clearing = "\u001b[0J";

test("another scenario's table takes the place of the one before, with its own rows alone", () => {
  let drawn = "";
  const write = (text: string) => {
    drawn += text;
    return true;
  };
  const terminal = { columns: 80, rows: 24, write } as unknown as NodeJS.WriteStream;
  const sayLeft = (leftNs: number) => `${leftNs / 1e9} s here, 5 min in all`;
  using tables = new LiveTables(terminal, plainStyle, sayLeft);
  const show = (name: string) => {
    const visits = [{ round: 0, row: 0, outcome: worked(1_000) }];
    const run = fakeWorkloadRun([libraryOf(name)], visits, { rows });
    drawn = "";
    tables.workload({ setup: run.setup, visits: run.visits, planned: 12, leftNs: 8e9 });
    return drawn;
  };
  const first = show("first");
  expect(first).toContain("  1 of 12 visits, 8 s here, 5 min in all");
  expect(first).not.toContain(clearing);
  const second = show("second");
  expect(second.startsWith("\u001b[")).toBe(true);
  expect(second.slice(0, second.indexOf("tasks/s so far"))).toContain(clearing);
  expect(second).toContain("  second");
  expect(second).not.toContain("first");
});
