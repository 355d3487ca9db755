import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { dispatch, type Results } from "../../src/index.ts";
import { completenessCases } from "../../src/plan/calls.ts";
import { fixture, resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** Few calls, on no core in particular. */
const briefly = "--count 600 --rounds 3 --placement any --seed 1".split(" ");

function rowsOf({ series }: Results) {
  return series.map(({ contender, params }) => [
    contender,
    params.case ?? params.control ?? "plain",
  ]);
}

describe("run dispatch", () => {
  test("calls each contender as often as it is told, and leaves valid results", async () => {
    const args = ["run", "dispatch", "callback", "post-message", "floor:via=futex", ...briefly];
    const ended = await sandbox.run([...args, "--count", "2000", "--format", "json"]);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(/^dispatch: 3 contenders × 1 placement × 3 rounds of 667 calls, /);
    const results = resultsOf(ended);
    expect(Object.keys(results.options)).toEqual(["dispatch"]);
    const cases = completenessCases.map((name) => ["post-message", name]);
    expect(rowsOf(results)).toEqual([
      ["callback", "plain"],
      ["post-message", "plain"],
      ["floor:via=futex", "plain"],
      ["callback", "a/a"],
      ...cases,
    ]);
    for (const { status, audit, rounds, params, cost } of results.series) {
      expect(status).toBe("ok");
      expect(rounds).toHaveLength(3);
      expect(audit).toMatchObject({ lost: 0, duplicated: 0, mistaken: 0 });
      expect(audit.received).toBe(audit.sent);
      if (params.case !== "expiry") expect(audit.sent).toBe(2_000);
      expect(cost.cpuProcessNs).toBeGreaterThan(0);
    }
  });

  test("tells each case what it is named after", async () => {
    const args = ["run", "dispatch", "ring", ...briefly, "--format", "json"];
    const { series } = resultsOf(await sandbox.run(args));
    const endingsOf = (name: string) => {
      const row = series.find(({ params }) => params.case === name);
      const { answered, threw, cancelled, timedOut } = row?.extra ?? {};
      return { answered, threw, cancelled, timedOut };
    };
    const none = { answered: 0, threw: 0, cancelled: 0, timedOut: 0 };
    expect(endingsOf("signal")).toEqual({ ...none, answered: 600 });
    expect(endingsOf("timeout")).toEqual({ ...none, answered: 600 });
    expect(endingsOf("exception")).toEqual({ ...none, threw: 600 });
    const { cancelled, answered } = endingsOf("cancellation");
    // Half are aborted at once; the others, when the loop has turned, may have been answered by then.
    expect(Number(cancelled)).toBeGreaterThan(200);
    expect(Number(cancelled) + Number(answered)).toBe(600);
    expect(Number(endingsOf("expiry").timedOut)).toBeGreaterThan(0);
  });

  test("has no cases where the calls are given something anyway", async () => {
    const asked = "--cancel-rate 0.2 --throw-rate 0.2 --timeout-each 1s --in-flight 16".split(" ");
    const args = ["run", "dispatch", "ring", "post-message", ...briefly, ...asked];
    const results = resultsOf(await sandbox.run([...args, "--format", "json"]));
    expect(rowsOf(results)).toEqual([
      ["ring", "plain"],
      ["post-message", "plain"],
      ["ring", "a/a"],
    ]);
    for (const { status, audit, extra } of results.series) {
      expect(status).toBe("ok");
      expect(audit).toMatchObject({
        sent: 600,
        received: 600,
        lost: 0,
        duplicated: 0,
        mistaken: 0,
      });
      expect(extra.cancelled).toBeGreaterThan(0);
      expect(extra.threw).toBeGreaterThan(0);
    }
  });

  test("does the work that it is told", async () => {
    const args = ["run", "dispatch", "callback", ...briefly, "--count", "100", "--work", "300us"];
    const { series } = resultsOf(await sandbox.run([...args, "--format", "json"]));
    expect(series[0]?.params.work).toBe("300us");
    expect(series[0]?.summary.minNs).toBeGreaterThanOrEqual(300_000);
  });

  test("calls a thread over a waker of the user's own", async () => {
    const own = fixture("sound");
    const ended = await sandbox.run(["run", "dispatch", own, ...briefly, "--format", "json"]);
    expect(ended.status).toBe(0);
    expect(resultsOf(ended).series[0]).toMatchObject({ contender: own, status: "ok" });
  });

  test("fails when one that was named crashes, and keeps the others", async () => {
    const args = ["run", "dispatch", fixture("segfaults"), "callback", ...briefly];
    const ended = await sandbox.run([...args, "--format", "json"]);
    expect(ended.status).toBe(1);
    const [crashed, callback] = resultsOf(ended).series;
    expect(crashed?.status).toBe("crashed");
    expect(callback).toMatchObject({ contender: "callback", status: "ok" });
    expect(callback?.audit.received).toBe(600);
  });

  test("keeps raw samples on request", async () => {
    const args = ["run", "dispatch", "callback", ...briefly, "--samples", "raw"];
    const [series] = resultsOf(await sandbox.run([...args, "--format", "json"])).series;
    const kept = await Bun.file(sandbox.path(series?.samplesFile ?? "")).json();
    expect(kept.callRoundsNs.flat()).toHaveLength(600);
  });

  test.each([
    ["--time 5s", "--time does not go with dispatch"],
    ["--quick --count 500", "--quick does not go with --count"],
    ["--in-flight 500 --count 1000", "--in-flight 500 is more than the 200 calls of a round"],
    ["--rounds 500 --count 100", "--rounds 500 is more than --count 100"],
    ["--work fast", "is no work"],
    ["--cancel-rate 2", "is no share"],
    ["rign", "rign"],
  ])("%s is wrong usage: %s", async (line, said) => {
    const { status, stdout, stderr } = await sandbox.run(["run", "dispatch", ...line.split(" ")]);
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/^error: .+\n {2}try: .+\n$/);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("the function dispatch()", () => {
  const parameters = { count: "300", rounds: "3", placement: "any" };

  test("returns the results, and prints nothing", async () => {
    const results = await dispatch({ contenders: ["callback"], parameters, seed: 1 });
    expect(rowsOf(results)).toEqual([
      ["callback", "plain"],
      ["callback", "a/a"],
    ]);
    expect(results).toMatchObject({ seed: 1, partial: false });
    expect(results.series[0]?.audit).toMatchObject({ sent: 300, received: 300, lost: 0 });
  });

  test("ends early when it is told, and says so", async () => {
    const signal = AbortSignal.abort();
    const results = await dispatch({ contenders: ["callback"], parameters, signal });
    expect(results.partial).toBe(true);
  });

  test("turns a wrong flag away", async () => {
    const wrong = dispatch({ parameters: { count: "few" } });
    await expect(wrong).rejects.toMatchObject({
      code: "USAGE",
      remedy: expect.stringContaining("dispatch"),
    });
  });
});
