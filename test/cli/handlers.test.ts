import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { handlers } from "../../src/handlers/index.ts";
import { agentsOf, canSeeProcesses, processesWith, until } from "./processes.ts";
import { keptFiles, resultsOf, Sandbox, ended as untilEnded } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const run = ["run", "handlers"];
const briefly = ["--duration", "600ms", "--rounds", "3", "--connections", "4", "--wait", "1ms"];
const json = ["--seed", "1", "--format", "json"];
/** Goes on for longer than any test. */
const endless = ["--duration", "60m", "--rounds", "1000", "--connections", "4", ...json];

describe("run handlers", () => {
  test("measures every handler, and leaves valid results", async () => {
    const ended = await sandbox.run([...run, ...briefly, ...json]);
    expect(ended.status).toBe(0);
    const { series, options } = resultsOf(ended);
    expect(options).toMatchObject({ handlers: { connections: 4, rounds: 3, wait: 1e6 } });
    const own = series.filter(({ params }) => params.control === undefined);
    expect(own.map(({ contender }) => contender).toSorted()).toEqual(
      handlers.map(({ id }) => id).toSorted(),
    );
    for (const { contender, error, rounds, rates, audit, cost, extra, params } of series) {
      expect({ contender, error }).toEqual({ contender, error: null });
      expect(rounds).toHaveLength(3);
      expect(rates.requestsPerSecond?.value).toBeGreaterThan(0);
      expect(audit).toMatchObject({ lost: 0, duplicated: 0, mistaken: 0 });
      expect(audit.received).toBe(Number(extra.done));
      expect(cost.cpuProcessNs).toBeGreaterThan(0);
      expect(extra.clientCpuNs).toBeGreaterThan(0);
      expect(extra.errors).toBe(0);
      expect(["answer", "wait", "echo"]).toContain(String(params.table));
    }
    if (canSeeProcesses) expect(processesWith("agent/server.ts", sandbox.directory)).toEqual([]);
    expect(sandbox.files()).toEqual([...keptFiles]);
  });

  test("prints its tables, what each costs, and when to use sync and when async", async () => {
    const { status, stdout } = await sandbox.run([...run, "sync", "async", ...briefly]);
    expect(status).toBe(0);
    for (const words of [
      "Handler",
      "Requests/s",
      "ServerCpu",
      "ClientCpu",
      "Sync: when",
      "do not overlap",
    ]) {
      expect(stdout).toContain(words);
    }
    // Of a busy machine no rates are compared: a line says so instead.
    expect(stdout).toMatch(/Async answers|no rate is compared/);
    expect(stdout).not.toMatch(/undefined|NaN/);
  });

  test("on a schedule has tables of its own", async () => {
    const open = await sandbox.run([...run, "sync", ...briefly, "--rate", "500", ...json]);
    const [series] = resultsOf(open).series;
    expect(series?.params).toMatchObject({ table: "answer-open", ratePerSecond: 500 });
    expect(series?.stages.late?.count).toBe(series?.summary.count);
  });

  test("with too few descriptors says so, and what to do", async () => {
    const args = `${run.join(" ")} sync --duration 100ms --rounds 1 --connections 300 --seed 1`;
    const { stdout, status } = await sandbox.shell(`ulimit -n 128; W ${args}`);
    expect(stdout.replace(/\s+/g, " ")).toContain("no descriptor was left for some of 300");
    expect(stdout).toContain("--connections");
    // It was asked for by name.
    expect(status).toBe(1);
  });
});

/** An agent of a runner that has a server, and that server. */
async function untilServed(runnerPid: number): Promise<{ agent: number; server: number }> {
  return until("a server", () => {
    for (const agent of agentsOf(runnerPid)) {
      const [server] = processesWith("agent/server.ts", `"parentPid":${agent},`);
      if (server !== undefined) return { agent, server };
    }
    return undefined;
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectNothingLeft({ agent, server }: { agent: number; server: number }) {
  await until("their end", () => !isAlive(agent) && !isAlive(server));
  expect(processesWith("agent/server.ts", `"parentPid":${agent},`)).toEqual([]);
}

describe.if(canSeeProcesses)("nothing of a load is left behind", () => {
  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("when the run gets %s", async (signal) => {
    const runner = sandbox.start([...run, "sync", "native-ring", ...endless]);
    const served = await untilServed(runner.pid);
    runner.kill(signal);
    await untilEnded(runner);
    await expectNothingLeft(served);
    expect(agentsOf(runner.pid)).toEqual([]);
    const kept = signal === "SIGKILL" ? [] : [...keptFiles];
    expect(sandbox.files()).toEqual(kept);
  });

  test("when Ctrl-C reaches every process of the terminal", async () => {
    const runner = sandbox.start([...run, "sync", ...endless], { detached: true });
    const served = await untilServed(runner.pid);
    process.kill(-runner.pid, "SIGINT");
    expect((await untilEnded(runner)).status).toBe(130);
    await expectNothingLeft(served);
  });

  test("when the client's process is killed: that is a row, and the others go on", async () => {
    const flags = ["--duration", "1500ms", "--rounds", "3", "--connections", "4", ...json];
    const runner = sandbox.start([...run, "sync", "async", ...flags]);
    const served = await untilServed(runner.pid);
    process.kill(served.agent, "SIGKILL");
    await expectNothingLeft(served);
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(1);
    const own = resultsOf(ended).series.filter(({ params }) => params.control === undefined);
    expect(own.map(({ status }) => status).toSorted()).toEqual(["crashed", "ok"]);
    const crashed = own.find(({ status }) => status === "crashed");
    expect(crashed?.error).toContain("SIGKILL");
    expect(crashed?.rounds).toHaveLength(2);
  });

  test("when a server is killed under load: its row says so, and what was measured is kept", async () => {
    const flags = ["--duration", "1500ms", "--rounds", "3", "--connections", "4", ...json];
    const runner = sandbox.start([...run, "sync", "async", ...flags]);
    const served = await untilServed(runner.pid);
    process.kill(served.server, "SIGKILL");
    await expectNothingLeft(served);
    const ended = await untilEnded(runner);
    const own = resultsOf(ended).series.filter(({ params }) => params.control === undefined);
    const failed = own.find(({ status }) => status === "failed");
    expect(failed?.error).toMatch(/SIGKILL/);
    expect(own.filter(({ status }) => status === "ok")).not.toEqual([]);
    expect(ended.status).toBe(1);
  });
});
