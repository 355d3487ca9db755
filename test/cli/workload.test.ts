import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Results, runWorkload } from "../../src/index.ts";
import { workloadPlans } from "../../src/plan/workloads.ts";
import { agentsOf, canSeeProcesses, untilAgents } from "./processes.ts";
import { keptFiles, resultsOf, Sandbox, ended as untilEnded } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** A workload that is real and takes a moment. */
const spawn = ["run", "spawn", "promises", "--tasks", "200", "--seed", "1"];
const briefly = [...spawn, "--repetitions", "3"];

function rowsOf({ series }: Results) {
  return series.map(({ contender, params }) => [contender, params.case, params.control ?? "own"]);
}

const allRows = [
  ["promises", "at-once", "own"],
  ["promises", "at-once", "a/a"],
  ["promises", "waves", "own"],
  ["promises", "yield", "own"],
];

describe("run with a workload", () => {
  test("measures every case of each contender, and leaves valid results", async () => {
    const ended = await sandbox.run([...briefly, "--format", "json"]);
    expect(ended.stderr).toMatch(/^spawn: 1 contender × 3 cases × 3 rounds, about .+ \(seed 1\)\n/);
    expect(ended.status).toBe(0);
    const results = resultsOf(ended);
    expect(results.options).toMatchObject({ spawn: { tasks: 200, repetitions: 3 } });
    expect(rowsOf(results)).toEqual(allRows);
    for (const { status, rounds, audit, rates, extra, relative } of results.series) {
      expect(status).toBe("ok");
      expect(rounds).toHaveLength(3);
      expect(audit).toMatchObject({ sent: 600, received: 600, lost: 0, duplicated: 0 });
      expect(rates.tasksPerSecond?.value).toBeGreaterThan(0);
      expect(extra.decidingNs).toBeGreaterThan(0);
      expect(relative?.to).toBe("promises");
    }
    expect(sandbox.latest()).toEqual(results);
  });

  test("prints its tables, when to use each and where the code is, and nothing about wakes", async () => {
    const { status, stdout } = await sandbox.run(briefly);
    expect(status).toBe(0);
    for (const words of ["Library", "Relative", "A/A noise", "When to use each"]) {
      expect(stdout).toContain(words);
    }
    expect(stdout).toContain("wakerbench list libraries NAME");
    expect(stdout).not.toMatch(/wakers?\b|native wake|nothing to recommend|undefined|NaN/);
  });

  test("exports what it measured, and keeps raw samples on request", async () => {
    const files = ["--export", "out.csv", "--export", "out.md", "--samples", "raw"];
    const [first, ...others] = resultsOf(
      await sandbox.run([...briefly, ...files, "--format", "json"]),
    ).series;
    const csv = await Bun.file(sandbox.path("out.csv")).text();
    const [header = "", ...lines] = csv.trim().split("\r\n");
    const column = header.split(",").indexOf("tasks_per_second");
    expect(lines).toHaveLength(1 + others.length);
    for (const line of lines) expect(Number(line.split(",")[column])).toBeGreaterThan(0);
    expect(await Bun.file(sandbox.path("out.md")).text()).toContain("| promises |");
    const kept = await Bun.file(sandbox.path(first?.samplesFile ?? "")).json();
    expect(kept.latencyRoundsNs.flat()).toHaveLength(600);
    expect(first?.samplesFile).toContain("spawn");
  });

  test.if(canSeeProcesses)("that is interrupted keeps the rows that it has", async () => {
    const args = [...spawn, "--repetitions", "1000", "--format", "json", "--export", "out.csv"];
    const runner = sandbox.start(args);
    await untilAgents(runner.pid, 10);
    runner.kill("SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    const results = resultsOf(ended);
    expect(results.partial).toBe(true);
    expect(rowsOf(results)).toEqual(allRows);
    expect(results.series.every(({ status, rounds }) => status === "ok" && rounds.length > 0)).toBe(
      true,
    );
    expect(sandbox.files()).toEqual([...keptFiles, "out.csv"]);
    expect(agentsOf(runner.pid)).toEqual([]);
  });
});

describe.each(workloadPlans.map(({ scenario, quick }) => [scenario.id, quick] as const))(
  "run %s",
  (id, quick) => {
    const [taken = "", value = ""] = Object.entries(quick)[0] ?? [];
    test.each([
      ["--time 5s", "--time does not go with"],
      [`--quick --${taken} ${value}`, `--quick does not go with --${taken}`],
      ["no-such-contender", "there is no"],
      ["--no-such-flag", "unknown flag --no-such-flag"],
    ])("%s is wrong usage: %s", async (line, said) => {
      const { status, stdout, stderr } = await sandbox.run(["run", id, ...line.split(" ")]);
      expect(stderr).toContain(said);
      expect(stderr).toMatch(/^error: .+\n {2}try: .+\n$/);
      expect(stdout).toBe("");
      expect(status).toBe(2);
    });

    test("--help says what --quick stands for", async () => {
      const { status, stdout } = await sandbox.run(["run", id, "--help"]);
      expect(status).toBe(0);
      for (const [name, written] of Object.entries(quick)) {
        expect(stdout.replace(/\s+/g, " ")).toContain(`--${name} ${written}`);
      }
    });
  },
);

describe("the function runWorkload()", () => {
  const parameters = { tasks: "100", repetitions: "3" };

  test("returns the results, and prints nothing", async () => {
    const results = await runWorkload("spawn", { contenders: ["promises"], parameters, seed: 1 });
    expect(rowsOf(results)).toEqual(allRows);
    expect(results).toMatchObject({ seed: 1, partial: false, command: ["run", "spawn"] });
  });

  test("ends early when it is told, and says so", async () => {
    const signal = AbortSignal.abort();
    const results = await runWorkload("spawn", { parameters, signal });
    expect(results).toMatchObject({ partial: true, series: [] });
  });

  test("refuses a parameter that the workload has not, instead of measuring the default", async () => {
    const wrong = runWorkload("spawn", { contenders: ["promises"], parameters: { taks: "2k" } });
    const usage = { code: "USAGE", remedy: "did you mean tasks?" };
    expect(await wrong.catch((error) => error)).toMatchObject(usage);
  });

  test("turns a wrong flag away", async () => {
    const wrong = runWorkload("spawn", { parameters: { tasks: "few" } });
    await expect(wrong).rejects.toMatchObject({
      code: "USAGE",
      remedy: expect.stringContaining("run spawn"),
    });
  });
});
