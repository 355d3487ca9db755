import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { libraries } from "../../src/libraries/index.ts";
import { resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const ids = libraries.map(({ id }) => id);

/** What every row of a sound run has. */
async function rowsOf(...args: string[]) {
  const ended = await sandbox.run(["run", ...args, "--seed", "7", "--format", "json"]);
  expect(ended.stderr).not.toContain("!");
  expect(ended.status).toBe(0);
  const { series } = resultsOf(ended);
  for (const { status, audit, cost } of series) {
    expect(status).toBe("ok");
    expect(audit).toMatchObject({ received: audit.sent, lost: 0, duplicated: 0, mistaken: 0 });
    expect(cost.cpuProcessNs).toBeGreaterThan(0);
    expect(cost.peakRssBytes).toBeGreaterThan(2 ** 20);
  }
  return series;
}

test("spawn makes each library's tasks in each case, in processes that lose none", async () => {
  const series = await rowsOf(
    "spawn",
    "--tasks",
    "300",
    "--repetitions",
    "2",
    "--concurrency",
    "50",
  );
  const rows = series.filter(({ params }) => params.control === undefined);
  const expected = ["at-once", "waves", "yield"].flatMap((name) => ids.map((id) => [id, name]));
  expect(rows.map(({ contender, params }) => [contender, params.case])).toEqual(expected);
  for (const { audit, rates, params } of rows) {
    expect(audit.sent).toBe(600);
    expect(rates.tasksPerSecond?.value).toBeGreaterThan(0);
    expect(params.sleepNs).toBe(params.case === "yield" ? undefined : 500_000);
  }
});

test("io gives every library the same sleeps, which the seed decides", async () => {
  const brief = ["--workers", "20", "--operations", "10", "--mean", "1ms", "--repetitions", "2"];
  const series = await rowsOf("io", ...brief);
  expect(new Set(series.map(({ contender }) => contender))).toEqual(new Set(ids));
  const checksums = new Set(series.map(({ extra }) => extra.sleepsChecksum));
  // Of 200 sleeps with a mean of a millisecond, drawn by the seed 7: as Python computes it, too.
  expect([...checksums]).toEqual(["e549a1c41ec31e5a"]);
  for (const { audit, extra, stages } of series) {
    expect(audit.sent).toBe(400);
    expect(stages.late?.count).toBe(400);
    expect(Number(extra.idealNs)).toBeGreaterThan(10 * 0.4e6);
  }
});

test("cancel ends every task of each library with its cleanup", async () => {
  const series = await rowsOf("cancel", "--tasks", "200", "--after", "2ms", "--repetitions", "2");
  expect(new Set(series.map(({ contender }) => contender))).toEqual(new Set(ids));
  for (const { extra, rounds } of series) {
    expect(extra.cleanups).toBe(400);
    expect(rounds.every(({ decidingNs = 0 }) => decidingNs > 0)).toBeTrue();
  }
});

test("a library that is not there is wrong usage, in one line that says what there is", async () => {
  const ended = await sandbox.run(["run", "io", "efect"]);
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('there is no library "efect"');
  expect(ended.stderr).toContain("effect");
});
