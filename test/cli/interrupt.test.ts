import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { agentsOf, canSeeProcesses, until, untilAgents } from "./processes.ts";
import { fixture, keptFiles, resultsOf, Sandbox, ended as untilEnded } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** Goes on for longer than any test. */
const endless = "--rounds 1000 --wakes 200 --warmup-wakes 2 --placement any --seed 1".split(" ");
const compareEndlessly = ["compare", "pipe", "callback", ...endless, "--format", "json"];
/** More agents than there are contenders: some visits are over by then. */
const severalAgents = 5;

describe.if(canSeeProcesses)("a run that is ended from outside", () => {
  const signals: [signal: NodeJS.Signals, status: number][] = [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ];
  test.each(signals)("by %s prints and keeps what it has, status %d", async (signal, status) => {
    const runner = sandbox.start([...compareEndlessly, "--export", "out.csv"]);
    await untilAgents(runner.pid, severalAgents);
    runner.kill(signal);
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(status);
    const results = resultsOf(ended);
    expect(results.partial).toBe(true);
    expect(results.series.some(({ summary }) => summary.count > 0)).toBe(true);
    expect(results.series.every((series) => series.status === "ok")).toBe(true);
    expect(sandbox.latest()).toEqual(results);
    expect(ended.stderr).toContain("interrupted: these are the results so far, marked partial");
    expect(sandbox.files()).toEqual([...keptFiles, "out.csv"]);
    expect(agentsOf(runner.pid)).toEqual([]);
  });

  test("by Ctrl-C, which the agents get too, blames no contender", async () => {
    const runner = sandbox.start(compareEndlessly, { detached: true });
    await untilAgents(runner.pid, severalAgents);
    process.kill(-runner.pid, "SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    const faults = resultsOf(ended).series.map(({ error }) => error);
    expect(faults).toEqual([null, null, null]);
    expect(agentsOf(runner.pid)).toEqual([]);
  });

  test("before the first visit is over has no numbers, and says so", async () => {
    const slow = "--rounds 3 --wakes 20k --gap 1ms --placement any --seed 1".split(" ");
    const runner = sandbox.start(["compare", "pipe", ...slow]);
    await untilAgents(runner.pid, 1);
    runner.kill("SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    expect(ended.stdout).toContain("nothing to recommend");
    expect(sandbox.latest()).toMatchObject({ partial: true });
    expect(agentsOf(runner.pid)).toEqual([]);
  });

  test("while wakers are flooded keeps both halves", async () => {
    const flags = "--rounds 1 --wakes 20 --placement any --time 100s --seed 1 --format json";
    const runner = sandbox.start(["compare", "pipe", "callback", ...flags.split(" ")]);
    await until("a flood", () => agentsOf(runner.pid, '"scenario":"burst"').length > 0);
    runner.kill("SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    const { partial, series } = resultsOf(ended);
    expect(partial).toBe(true);
    const single = series.filter(({ scenario }) => scenario === "wake");
    expect(single.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    expect(series.filter(({ scenario }) => scenario === "burst")).not.toEqual([]);
    expect(sandbox.latest().series).toEqual(series);
    expect(agentsOf(runner.pid)).toEqual([]);
  });

  test("by SIGKILL leaves no agent behind, and no file", async () => {
    const slow = "--rounds 3 --wakes 20k --gap 1ms --placement any --seed 1".split(" ");
    const runner = sandbox.start(["compare", "pipe", ...slow, "--export", "out.json"]);
    await untilAgents(runner.pid, 1);
    runner.kill("SIGKILL");
    expect((await untilEnded(runner)).status).toBeNull();
    await until("the agent's end", () => agentsOf(runner.pid).length === 0);
    expect(sandbox.files()).toEqual([]);
  });
});

test.if(canSeeProcesses)("an agent that is killed is a row, and the others go on", async () => {
  const flags =
    "--no-contention --rounds 3 --wakes 100 --gap 1ms --placement any --seed 1 --format json";
  const runner = sandbox.start(["compare", "pipe", fixture("sound"), ...flags.split(" ")]);
  const agent = await until("an agent", () => agentsOf(runner.pid, fixture("sound")).at(0));
  process.kill(agent, "SIGKILL");
  const ended = await untilEnded(runner);
  expect(ended.status).toBe(1);
  const [pipe, sound, control] = resultsOf(ended).series;
  expect(pipe).toMatchObject({ status: "ok", audit: { sent: 300 } });
  expect(control).toMatchObject({ status: "ok", audit: { sent: 300 } });
  expect(sound?.status).toBe("crashed");
  expect(sound?.error).toContain("1 of 3 visits: SIGKILL");
  // What its other visits measured is kept.
  expect(sound?.rounds).toHaveLength(2);
});
