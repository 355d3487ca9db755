import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Results, Status } from "../../src/results/schema.ts";
import { briefly, type Ended, fixture, resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());

const faulty = ["throws", "exits", "segfaults", "hangs"] as const;
let ended: Ended;
let results: Results;

// The one run that waits for a hang.
beforeAll(async () => {
  const contenders = ["pipe", ...faulty.map(fixture), "callback"];
  const args = ["compare", ...contenders, ...briefly, "--format", "json", "--export", "table.txt"];
  ended = await sandbox.run(args);
  results = resultsOf(ended);
}, 30_000);

function row(contender: string) {
  const found = results.series.find(
    (series) => series.contender === contender && series.params.control === undefined,
  );
  if (found === undefined) throw new Error(`no row ${contender}`);
  return found;
}

describe("a contender with a fault", () => {
  test("that was named makes the status 1", () => {
    expect(ended.status).toBe(1);
  });

  test("leaves the other rows as they are", () => {
    for (const contender of ["pipe", "callback"]) {
      expect(row(contender)).toMatchObject({ status: "ok", error: null, audit: { sent: 60 } });
    }
  });

  const faults: [name: (typeof faulty)[number], status: Status, error: RegExp][] = [
    ["throws", "failed", /no such device/],
    ["exits", "crashed", /exit code 7/],
    ["segfaults", "crashed", /SIGSEGV/],
    ["hangs", "timeout", /no answer within \d+ s/],
  ];
  test.each(faults)("that %s is a row %s", (name, status, error) => {
    const { summary, ...series } = row(fixture(name));
    expect(series.status).toBe(status);
    expect(series.error).toMatch(error);
    expect(summary.count).toBe(0);
  });

  test("is not waited for twice when it hangs, and has a second chance when it fails", () => {
    expect(row(fixture("hangs")).error).toContain("1 of 1 visits");
    expect(row(fixture("throws")).error).toContain("2 of 2 visits");
    expect(row(fixture("segfaults")).error).toContain("3 of 3 visits");
  });

  test("is a line of the table, with what went wrong below", async () => {
    const table = await Bun.file(sandbox.path("table.txt")).text();
    for (const name of faulty) {
      expect(table).toMatch(new RegExp(`^ {2}${RegExp.escape(fixture(name))} +-`, "m"));
      expect(table).toContain(`  ! ${fixture(name)}: ${row(fixture(name)).status}: `);
    }
  });
});

test("the reference of all ratios may be the one with the fault", async () => {
  const args = ["compare", fixture("exits"), "pipe", ...briefly];
  const { status, stdout, stderr } = await sandbox.run([...args, "-q"]);
  expect(stderr).toBe("");
  expect(status).toBe(1);
  expect(stdout).toContain("exit code 7");
  expect(stdout).toContain("pipe");
});

test("when all have a fault, nothing is recommended", async () => {
  const { status, stdout } = await sandbox.run(["compare", fixture("throws"), ...briefly]);
  expect(status).toBe(1);
  expect(stdout).toContain("No waker worked without a fault: nothing to recommend.");
});
