import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const briefly = "--workers 40 --operations 5 --burn 100us --seed 1".split(" ");

describe("run mixed", () => {
  test("gives every library the same work, and burns as much of it as was asked for", async () => {
    const args = ["run", "mixed", "all", ...briefly, "--repetitions", "1", "--share", "0,10"];
    const ended = await sandbox.run([...args, "--format", "json"]);
    expect(ended.status).toBe(0);
    const { series } = resultsOf(ended);
    const rows = series.filter(({ params }) => params.control === undefined);
    const labels = [...new Set(rows.map(({ contender }) => contender))];
    expect(labels).toContain("promises:burn=worker");
    expect(labels).toContain("workers");
    expect(rows).toHaveLength(2 * labels.length);
    for (const { status, audit, extra, params, cost, stages } of rows) {
      expect(status).toBe("ok");
      expect(audit).toMatchObject({ sent: 200, received: 200, lost: 0, mistaken: 0 });
      expect(extra.burnt).toBe(params.case === "10" ? 20 : 0);
      expect(Number(extra.burnCpuNs)).toBeGreaterThanOrEqual(Number(extra.burnt) * 100e3);
      expect(cost.peakRssBytes).toBeGreaterThan(0);
      expect(stages.late?.count).toBe(200 - Number(extra.burnt));
    }
    for (const share of ["0", "10"]) {
      const own = rows.filter(({ params }) => params.case === share);
      const checksums = own.map(({ extra }) => `${extra.sleepsChecksum} ${extra.burnsChecksum}`);
      expect(new Set(checksums).size).toBe(1);
      expect(checksums[0]).toMatch(/^[0-9a-f]{16} [0-9a-f]{16}$/);
    }
  });

  test("prints a table for each share, what it comes to and when to use what", async () => {
    const contenders = ["promises", "promises:burn=thread"];
    const args = [
      "run",
      "mixed",
      ...contenders,
      ...briefly,
      "--repetitions",
      "3",
      "--share",
      "5,50",
    ];
    const { status, stdout } = await sandbox.run(args);
    expect(status).toBe(0);
    const header = /Library .*Ops\/s .*Others p99 .*Late p99 .*Burning p50 .*CPU\/op .*Peak RSS/g;
    expect(stdout.match(header)).toHaveLength(2);
    expect(stdout).toContain("5 % of them then burn 100 µs");
    expect(stdout).toMatch(/With 5 % of the operations burning 100 µs on the loop/);
    expect(stdout).toContain("On a native thread (burn=thread, wakerbench/dispatch)");
  });

  test("refuses to burn for Workers elsewhere than in them", async () => {
    const { status, stderr } = await sandbox.run(["run", "mixed", "workers:burn=thread"]);
    expect(stderr).toBe('error: workers: burn cannot be "thread"\n  try: write burn=loop\n');
    expect(status).toBe(2);
  });
});
