import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { type Results, resultsSchema } from "../../src/results/schema.ts";
import { canSeeProcesses, until, untilAgents } from "./processes.ts";
import { resultsOf, Sandbox, ended as untilEnded } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** The two scenarios that take the least time. */
const shortest = "suite --quick --only fetch,cancel --seed 5".split(" ");

function kept(): Results | null {
  const path = sandbox.path("data", "results", "suite.json");
  return existsSync(path) ? resultsSchema.parse(JSON.parse(readFileSync(path, "utf8"))) : null;
}

const statusesOf = (results: Results | null) =>
  (results?.scenarios ?? []).map(({ id, status }) => `${id} ${status}`);

/** Until the first of the two scenarios is whole, and the second one is measured. */
const untilFirstIsWhole = () =>
  until("a scenario that is whole", () => statusesOf(kept()).includes("cancel whole"));

test.if(canSeeProcesses)(
  "a suite that is killed, then interrupted, is gone on with until it is whole",
  async () => {
    const killed = sandbox.start(shortest);
    await until("the plan", () => kept() !== null);
    const second = await sandbox.run(["suite", "--quick"]);
    expect(second.status).toBe(1);
    expect(second.stderr).toBe(
      `error: process ${killed.pid} is running a suite already\n  try: wait for its end, or end it with \`kill -INT ${killed.pid}\`\n`,
    );
    await untilFirstIsWhole();
    killed.kill("SIGKILL");
    const { stderr } = await untilEnded(killed);
    expect(stderr).toMatch(
      /^suite: 2 scenarios, about \d+ s \(seed 5\)\n {2}cancel .+\n {2}fetch /,
    );
    expect(stderr).toMatch(/^1 of 2: cancel, about \d+ s left of the suite$/m);
    expect(kept()).toMatchObject({ partial: true, seed: 5 });
    const [cancelled] = kept()?.scenarios ?? [];

    const interrupted = sandbox.start(["suite", "--resume"]);
    await untilAgents(interrupted.pid, 1);
    interrupted.kill("SIGINT");
    const cut = await untilEnded(interrupted);
    expect(cut.status).toBe(130);
    expect(cut.stderr).toContain("suite: 1 of 2 scenarios are left");
    expect(cut.stderr).toContain("to go on with it: wakerbench suite --resume");
    expect(statusesOf(kept())[0]).toBe("cancel whole");
    expect(sandbox.latest()).toEqual(kept() as Results);

    const other = await sandbox.run(["suite", "--resume", "--time", "9s"]);
    expect(other.status).toBe(2);
    expect(other.stderr).toContain("--time does not go with --resume");

    const whole = await sandbox.run(["suite", "--resume", "--format", "json"]);
    expect(whole.status).toBe(0);
    const results = resultsOf(whole);
    expect(statusesOf(results)).toEqual(["cancel whole", "fetch whole"]);
    expect(results).toMatchObject({ partial: false, seed: 5, command: shortest });
    // What was whole has not been measured again.
    expect(results.scenarios?.[0]).toEqual(cancelled);
    expect(sandbox.latest()).toEqual(results);
    const [, report = "none"] = /^report: (.+\.html)$/m.exec(whole.stderr) ?? [];
    expect(readFileSync(report, "utf8")).toContain("fetch");

    const over = await sandbox.run(["suite", "--resume"]);
    expect(over.status).toBe(2);
    expect(over.stderr).toContain("is whole: nothing is left of it");
  },
);

test("a scenario that cannot be measured is told of, is status 1, and is measured again by --resume", async () => {
  const environment = { BENCHMARK_SERVER_HOST: "nowhere.invalid" };
  const args = "suite --quick --only fetch --seed 5".split(" ");
  const failed = await sandbox.run(args, { environment });
  expect(failed.status).toBe(1);
  const why = "could not be measured: the host nowhere.invalid has no address here";
  expect(failed.stdout).toContain(`  fetch  ${why}\n`);
  expect(failed.stderr).toContain(`error: fetch ${why}\n  try: `);
  expect(statusesOf(kept())).toEqual(["fetch failed"]);

  const mended = await sandbox.run(["suite", "--resume", "--quiet"]);
  expect(mended.status).toBe(0);
  expect(mended.stderr).toBe("");
  expect(statusesOf(kept())).toEqual(["fetch whole"]);
  expect(sandbox.latest().partial).toBe(false);
});
