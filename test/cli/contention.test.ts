import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { compare } from "../../src/index.ts";
import type { Results } from "../../src/results/schema.ts";
import { burst } from "../../src/scenarios/burst.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { fixture, resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** Few single wakes, and floods of the least length. */
const briefly = "--rounds 3 --wakes 20 --placement any --seed 1 --time 2s".split(" ");
const floods = "--threads 2,4 --rounds 3 --flood 20ms --seed 1".split(" ");

function rowsOf({ series }: Results, scenario: string) {
  return series.filter((one) => one.scenario === scenario);
}

describe("compare", () => {
  test("floods the wakers too, and speaks of both", async () => {
    const args = ["compare", "pipe", "callback", ...briefly, "--threads", "2"];
    const { status, stdout, stderr } = await sandbox.run(args);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^wake: 2 contenders × .*\nburst: 2 contenders from 2 threads × .*seed 1/,
    );
    const single = stdout.indexOf("any: threads are not pinned");
    const many = stdout.indexOf("Under contention: threads notify without a pause");
    expect(single).toBe(0);
    expect(many).toBeGreaterThan(single);
    expect(stdout).toMatch(/^ {2}Wakes a second from +2 threads\n {2}pipe ‡ .*\n {2}callback /m);
    expect(stdout).toMatch(/^ {2}no waker \(control\) /m);
    expect(stdout).toMatch(/under contention/i);
    const { options, series } = sandbox.latest();
    expect(options).toMatchObject({ wake: { wakes: 20 }, burst: { threads: [2] } });
    expect(series.map(({ scenario, contender }) => `${scenario} ${contender}`)).toEqual([
      "wake pipe",
      "wake callback",
      "wake pipe",
      "burst pipe",
      "burst callback",
      "burst no waker",
    ]);
  });

  test("with --quick measures the usual wakers both ways, without a fault", async () => {
    const ended = await sandbox.run(["compare", "--quick", "--seed", "1", "--format", "json"]);
    expect(ended.status).toBe(0);
    const results = resultsOf(ended);
    expect(results.series.every(({ status }) => status === "ok")).toBe(true);
    const names = (scenario: string) =>
      new Set(rowsOf(results, scenario).map(({ waker }) => waker));
    expect(names("wake")).toEqual(new Set(wake.defaultContenders));
    expect(names("burst")).toEqual(new Set([...burst.defaultContenders, "none"]));
    const ring = rowsOf(results, "burst").find(({ waker }) => waker === "ring");
    expect(ring?.audit.received).toBeGreaterThan(0);
    for (const { audit } of results.series) {
      expect(audit.lost + audit.duplicated + audit.reordered).toBe(0);
    }
  });

  test("leaves the floods out when told so", async () => {
    const args = ["compare", "callback", ...briefly, "--no-contention", "--format", "json"];
    const ended = await sandbox.run(args);
    expect(ended.stderr).not.toContain("burst:");
    expect(rowsOf(resultsOf(ended), "burst")).toEqual([]);
    expect(resultsOf(ended).options).not.toHaveProperty("burst");
  });

  test("floods no waker that threads cannot ring, which is no failure", async () => {
    const args = ["compare", "executor", "callback", ...briefly, "--threads", "2"];
    const ended = await sandbox.run([...args, "--format", "json"]);
    expect(ended.status).toBe(0);
    const flooded = rowsOf(resultsOf(ended), "burst").map(({ contender }) => contender);
    expect(flooded).toEqual(["callback", "no waker"]);
  });

  test("floods a waker of the user's own", async () => {
    const own = fixture("sound");
    const args = ["compare", own, "callback", ...briefly, "--threads", "2", "--format", "json"];
    const ended = await sandbox.run(args);
    expect(ended.status).toBe(0);
    const row = rowsOf(resultsOf(ended), "burst").find(({ contender }) => contender === own);
    expect(row?.audit.received).toBeGreaterThan(0);
    expect(row?.audit.lost).toBe(0);
  });
});

describe("run burst", () => {
  test("floods from each number of threads, with its own flags", async () => {
    const args = ["run", "burst", "callback", "pipe", ...floods, "--format", "json"];
    const ended = await sandbox.run(args);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(/^burst: 2 contenders from 2 and 4 threads × 3 rounds/);
    const results = resultsOf(ended);
    expect(results.command).toEqual(args);
    expect(Object.keys(results.options)).toEqual(["burst"]);
    expect(results.series.map(({ contender, params }) => [contender, params.threads])).toEqual([
      ["callback", 2],
      ["pipe", 2],
      ["no waker", 2],
      ["callback", 4],
      ["pipe", 4],
      ["no waker", 4],
    ]);
    for (const { status, rounds, audit, params, stages } of results.series) {
      expect(status).toBe("ok");
      expect(rounds).toHaveLength(3);
      if (params.control !== undefined) continue;
      expect(audit).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
      expect(audit.received).toBe(audit.sent);
      expect(stages.notify?.count).toBeGreaterThan(0);
    }
  });

  test("of what cannot be flooded fails, and says why", async () => {
    const { status, stdout } = await sandbox.run(["run", "burst", "executor", "pipe", ...floods]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/! executor: unsupported: .+/);
    expect(stdout).toMatch(/^ {2}executor +unsupported +unsupported$/m);
  });

  test("prints what to use under contention, and its code", async () => {
    // Threads that sleep leave the loop its time, however few cores there are.
    const asleep = "--producers sleep --threads 4 --rounds 3 --flood 200ms --seed 1".split(" ");
    const { stdout } = await sandbox.run(["run", "burst", "callback", ...asleep]);
    expect(stdout).toMatch(/^Under contention use callback: .* wakes a second from 4 threads\.$/m);
    expect(stdout).toContain("  const done = new JSCallback(");
    expect(stdout).not.toContain("any: threads are not pinned");
  });

  test("keeps raw samples on request", async () => {
    const args = ["run", "burst", "pipe", ...floods, "--samples", "raw", "--format", "json"];
    const [series] = resultsOf(await sandbox.run(args)).series;
    const kept = await Bun.file(sandbox.path(series?.samplesFile ?? "")).json();
    expect(kept.notifyRoundsNs).toHaveLength(3);
    expect(kept.notifyRoundsNs.flat()).toHaveLength(series?.stages.notify?.count ?? 0);
    expect(kept.lateRoundsNs.flat()).toHaveLength(series?.stages.timer?.count ?? 0);
  });
});

describe("the function compare()", () => {
  const request = { contenders: ["callback"], parameters: { rounds: "1", wakes: "20" }, seed: 1 };

  test("floods when asked to, with the flags of burst", async () => {
    const contention = { threads: "2", rounds: "1", flood: "20ms", producers: "sleep" };
    const results = await compare({ ...request, contention });
    const [row] = rowsOf(results, "burst");
    expect(row).toMatchObject({ contender: "callback", status: "ok" });
    expect(row?.params).toMatchObject({ threads: 2, producers: "sleep", gapNs: 100_000 });
  });

  test("does not when it is not asked to, and turns a wrong flag away", async () => {
    expect(rowsOf(await compare(request), "burst")).toEqual([]);
    const wrong = compare({ ...request, contention: { threads: "0" } });
    await expect(wrong).rejects.toMatchObject({
      code: "USAGE",
      remedy: expect.stringContaining("burst"),
    });
  });
});
