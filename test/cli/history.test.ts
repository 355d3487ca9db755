import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { briefly, type Ended, resultsOf, Sandbox } from "./program.ts";

setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());

const compare = ["compare", "pipe", "callback", ...briefly];
let measured: Ended;
beforeAll(async () => {
  const environment = { WAKERBENCH_MACHINE: "north" };
  measured = await sandbox.run([...compare, "--format", "json"], { environment });
});

/** A results file of a minute of a day, on a machine. */
function save(name: string, machine: string, startedAt: string): string {
  const results = resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000) })]);
  const path = sandbox.path(name);
  const environment = { ...results.environment, machine };
  writeFileSync(path, JSON.stringify({ ...results, startedAt, environment }));
  return path;
}

async function listed(...args: readonly string[]): Promise<Record<string, unknown>[]> {
  return JSON.parse((await sandbox.run(["history", "list", "--format", "json", ...args])).stdout);
}

describe("a run", () => {
  test("is recorded, under the name of its machine, and shown as it was saved", async () => {
    expect(measured.stderr).not.toContain("history");
    expect(resultsOf(measured).environment.machine).toBe("north");
    expect(await listed()).toMatchObject([
      { machine: "north", partial: false, scenarios: ["wake"] },
    ]);
    const shown = await sandbox.run(["history", "show", "latest", "--format", "json"]);
    expect(resultsOf(shown)).toEqual(sandbox.latest());
    const table = await sandbox.run(["history", "show", "latest"]);
    expect(table.stdout).toContain("callback");
    expect(table.stderr).toContain("wakerbench compare pipe callback");
    const { stdout } = await sandbox.run(["history"]);
    expect(stdout).toMatch(/^ {2}[0-9a-f]{8} .* north .* wake$/m);
  });

  test("is not recorded with --no-history", async () => {
    const { status } = await sandbox.run([...compare, "--no-history"]);
    expect(status).toBe(0);
    expect(await listed()).toHaveLength(1);
  });

  test("whose history cannot be reached is printed and kept, with a warning that hides the password", async () => {
    const environment = { WAKERBENCH_HISTORY: "postgres://me:s3cret@127.0.0.1:1/runs" };
    const { status, stdout, stderr } = await sandbox.run(compare, { environment });
    expect(status).toBe(0);
    expect(stdout).toContain("callback");
    expect(stderr).toContain("warning: the run is not in the history");
    expect(stderr).toContain("wakerbench history add latest");
    expect(stderr + stdout).not.toContain("s3cret");
    const added = await sandbox.run(["history", "add", "latest"]);
    expect(added.status).toBe(0);
    expect(await listed()).toHaveLength(2);
  });

  test("is not begun when WAKERBENCH_HISTORY names nothing that can be one", async () => {
    const environment = { WAKERBENCH_HISTORY: "mysql://me:s3cret@db/runs" };
    const { status, stdout, stderr } = await sandbox.run(compare, { environment });
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: WAKERBENCH_HISTORY .*\n {2}try: .*\n$/);
    expect(stderr).not.toContain("s3cret");
  });
});

describe("old runs", () => {
  const environment = { WAKERBENCH_HISTORY: sandbox.path("old.sqlite") };
  const run = (...args: readonly string[]) => sandbox.run(["history", ...args], { environment });
  const machines = async () => {
    const runs = JSON.parse((await run("list", "--format", "json")).stdout);
    return runs.map(({ machine }: { machine: string }) => machine);
  };
  beforeAll(async () => {
    const now = new Date().toISOString();
    await run("add", save("1.json", "north", "2020-01-01T00:00:00.000Z"));
    await run("add", save("2.json", "north", "2020-01-02T00:00:00.000Z"));
    await run("add", save("3.json", "south", now));
  });

  test("are deleted by age, when it is not only tried", async () => {
    const tried = await run("prune", "--older-than", "90d", "--dry-run");
    expect(tried.stdout).toStartWith("would delete 2 runs\n");
    expect(await machines()).toEqual(["south", "north", "north"]);
  });

  test("are deleted but for the newest of each machine", async () => {
    const { stdout } = await run("prune", "--keep", "1");
    expect(stdout).toMatch(/^deleted 1 run\n.*2020-01-01 00:00 {2}north {2}wake\n$/);
    expect(await machines()).toEqual(["south", "north"]);
    expect((await run("prune", "--older-than", "90d")).stdout).toContain("2020-01-02");
    expect(await machines()).toEqual(["south"]);
    expect((await run("prune", "--older-than", "90d")).stdout).toBe("nothing to delete\n");
  });
});

describe("saved runs", () => {
  test("are read by report and diff under their names in the history", async () => {
    const shown = await sandbox.run(["history", "show", "latest", "--format", "json"]);
    const report = await sandbox.run(["report", "history:latest", "--format", "json"]);
    expect(resultsOf(report)).toEqual(resultsOf(shown));
    const diff = await sandbox.run(["diff", "history:latest", "history:latest"]);
    expect(diff.status).toBe(0);
    expect(diff.stdout).toContain("no difference seen");
    const { status, stderr } = await sandbox.run(["report", "history:ffffffff"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: the history has no run "ffffffff"\n {2}try: .*\n$/);
    const unprefixed = await sandbox.run(["diff", "latest~1"]);
    expect(unprefixed.stderr).toContain("try: write history:latest~1 ");
    const broken = await sandbox.run(["diff", "history:latest"], {
      environment: { WAKERBENCH_HISTORY: import.meta.path },
    });
    expect(broken.status).toBe(2);
    expect(broken.stderr).toContain("file is not a database");
  });

  test("are shown as a trend", async () => {
    const { status, stdout } = await sandbox.run(["history", "trend", "pipe", "--metric", "mean"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^wake · pipe · mean, machine north$/m);
  });
});

const wrong: [words: string[], reason: RegExp][] = [
  [["lists"], /there is no "lists"\n {2}try: did you mean list\?/],
  [["show"], /needs RUN/],
  [["show", "latest~7"], /no latest~7/],
  [["show", "latest", "more"], /does not take "more"/],
  [["list", "--keep", "3"], /unknown flag --keep/],
  [["list", "--limit", "0"], /--limit/],
  [["trend"], /needs CONTENDER/],
  [["trend", "pip"], /no run of pip\n {2}try: did you mean pipe\?/],
  [["trend", "pipe", "--metric", "speed"], /"speed" is none of deciding/],
  [["prune"], /--keep or --older-than/],
  [["prune", "--keep", "1", "--older-than", "1d"], /--keep or --older-than/],
  [["prune", "--older-than", "old"], /"old" is no age/],
  [["add", "missing.json"], /cannot be read/],
];

test.each(wrong)("history %j is one clear line", async (words, reason) => {
  const { status, stdout, stderr } = await sandbox.run(["history", ...words]);
  expect(status).toBeGreaterThan(0);
  expect(stdout).toBe("");
  expect(stderr).toMatch(reason);
  expect(stderr).toMatch(/^error: .*\n {2}try: .*\n$/);
});
