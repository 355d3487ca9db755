import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Results } from "../../src/results/schema.ts";
import { deafPort, listen, right, serve } from "../fetchers/servers.ts";
import { agentsOf, canSeeProcesses, processesWith, until, untilAgents } from "./processes.ts";
import { type Ended, keptFiles, resultsOf, Sandbox, ended as untilEnded } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const briefly = "-r 40 -c 10 --warmup 1 --runs 3 --seed 1".split(" ");
const json = ["--format", "json"];
const usual = ["async-for", "async-map", "threads-reuse", "threads-map", "threads-recreate"];

/** Runs programs against a server of this process. */
function runAt(port: number, ...args: readonly string[]): Promise<Ended> {
  return sandbox.run(["run", "fetch", ...args, "--port", String(port), ...json]);
}

function rowsOf({ series }: Results) {
  return series.filter(({ params }) => params.control === undefined);
}

/** One line that says what is wrong, one that says what to do, and no results. */
function expectError({ status, stdout, stderr }: Ended, message: RegExp): void {
  expect(stdout).toBe("");
  const [line, ...others] = stderr.split("\n").filter((each) => each.startsWith("error: "));
  expect(line).toMatch(message);
  expect(others).toEqual([]);
  expect(stderr).toMatch(/^ {2}try: .+$/m);
  expect(status).toBe(1);
}

describe("run fetch", () => {
  test("runs whole programs against a server of ours, and sums them up", async () => {
    const ended = await sandbox.run(["run", "fetch", ...briefly]);
    expect(ended.status).toBe(0);
    for (const method of usual) expect(ended.stdout).toContain(method);
    expect(ended.stdout).toMatch(
      /^(\S+) ran\n( +\d+\.\d\d ± \d+\.\d\d times faster than \S+\n){4}(?![\s\S])/m,
    );
    const { series } = sandbox.latest();
    expect(series).toHaveLength(usual.length + 1);
    for (const { status, rounds, summary, audit, params, extra, cost, rates } of series) {
      expect(status).toBe("ok");
      expect(rounds.map((round) => round.summary.count)).toEqual([1, 1, 1]);
      expect(audit).toMatchObject({ sent: 120, received: 120, lost: 0, mistaken: 0 });
      expect(params).toMatchObject({ requests: 40, chunk: 10, server: "own" });
      expect(rates.requestsPerSecond?.value).toBeGreaterThan(0);
      // The requests are a part of the program's life.
      expect(Number(extra.requestsNs)).toBeLessThan(summary.maxNs ?? 0);
      expect(Number(extra.userNs) + Number(extra.systemNs)).toBe(cost.cpuProcessNs);
      expect(cost.peakRssBytes).toBeGreaterThan(1e6);
      if (process.platform === "linux") expect(extra.serverCpuNs).toBeGreaterThan(0);
    }
  });

  test("exports what hyperfine would, beside the results", async () => {
    const files = ["--export", "runs.hyperfine.json", "--export", "results.json"];
    const ended = await sandbox.run(["run", "fetch", "async-for", ...briefly, ...files]);
    expect(ended.status).toBe(0);
    const { results } = JSON.parse(readFileSync(sandbox.path("runs.hyperfine.json"), "utf8"));
    const { series } = JSON.parse(readFileSync(sandbox.path("results.json"), "utf8")) as Results;
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ command: "async-for", exit_codes: [0, 0, 0] });
    expect(results[0].mean).toBe((series[0]?.summary.meanNs ?? 0) / 1e9);
  });

  test("turns hyperfine's format away for another scenario, before anything is measured", async () => {
    const ended = await sandbox.run(["run", "spawn", "--export", "runs.hyperfine.json"]);
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).toContain("holds runs of fetch alone");
    expect(sandbox.files()).toEqual([]);
  });

  test("times from the start of a program to its end: what its answers wait is in it", async () => {
    // 40 requests by chunks of 10 wait four times, whatever the machine does.
    const waitMs = 60;
    using server = serve(async () => {
      await Bun.sleep(waitMs);
      return right();
    });
    const ended = await runAt(server.port, "async-for", "threads-reuse", ...briefly);
    for (const { summary, extra } of rowsOf(resultsOf(ended))) {
      expect(Number(extra.requestsNs)).toBeGreaterThan(4 * waitMs * 1e6);
      expect(summary.minNs).toBeGreaterThan(4 * waitMs * 1e6);
    }
    // One request to see that it is there, and those of two programs and a control, warm-up and all.
    expect(server.seen).toBe(1 + 3 * 4 * 40);
  });

  test("has as many requests on their way as it was asked for, beyond Bun's own limit", async () => {
    const chunk = 400;
    let waiting: ((answer: Response) => void)[] = [];
    using server = serve((nth) => {
      // The first request sees that it is there. All others are answered when a chunk of them has come.
      if (nth === 1) return right();
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length < chunk) return;
        for (const answer of waiting) answer(right());
        waiting = [];
      });
    });
    const many = `-r ${2 * chunk} -c ${chunk} --warmup 0 --runs 1 --seed 1`.split(" ");
    const ended = await runAt(server.port, "async-for", "threads-reuse", ...many);
    for (const { status, audit } of resultsOf(ended).series) {
      expect(status).toBe("ok");
      expect(audit).toMatchObject({ sent: 2 * chunk, received: 2 * chunk });
    }
  });

  test("takes the server of the environment, and any body of one that is not ours", async () => {
    using server = serve(() => new Response("another"));
    const { port } = server;
    const environment = { BENCHMARK_SERVER_HOST: "localhost", BENCHMARK_SERVER_PORT: `${port}` };
    const ended = await sandbox.run(["run", "fetch", "async-for", ...briefly, ...json], {
      environment,
    });
    expect(ended.status).toBe(0);
    expect(rowsOf(resultsOf(ended))[0]).toMatchObject({
      status: "ok",
      params: { server: `http://localhost:${port}/` },
    });
  });
});

test.each([[{}], [{ no_proxy: "another.example", NO_PROXY: "" }]])(
  "a proxy of the environment is passed by, with %p",
  async (others) => {
    const proxy = `http://127.0.0.1:${deafPort()}`;
    const environment = { HTTP_PROXY: proxy, http_proxy: proxy, ...others };
    using server = serve(right);
    for (const at of [[], ["--port", String(server.port)]]) {
      const args = ["run", "fetch", "async-for", "threads-map", ...briefly, ...at];
      const ended = await sandbox.run(args, { environment });
      expect(ended.stderr).not.toContain("error:");
      expect(ended.status).toBe(0);
    }
  },
);

describe("before anything is measured", () => {
  test("a host that has no address is named", async () => {
    const ended = await sandbox.run(["run", "fetch", "--host", "no-such-host.invalid"]);
    expectError(ended, /^error: the host no-such-host\.invalid has no address here$/);
  });

  const unreachable: [how: string, open: () => { port: number } & Disposable, why: string][] = [
    ["nothing listens", () => ({ port: deafPort(), [Symbol.dispose]() {} }), "connection refused"],
    ["it never answers", () => listen(() => {}), "no answer in time"],
    [
      "its answer is no HTTP",
      () => listen((socket) => void socket.end("@#!% no HTTP at all\r\n\r\n")),
      "no HTTP",
    ],
    ["it closes", () => listen((socket) => void socket.end()), "connection"],
  ];
  test.each(unreachable)("a server is said to be out of reach where %s", async (_, open, why) => {
    using server = open();
    const at = ["--port", String(server.port), "--timeout", "500ms"];
    const ended = await sandbox.run(["run", "fetch", ...at]);
    expectError(
      ended,
      new RegExp(`^error: no server answers at http://127\\.0\\.0\\.1:\\d+/: .*${why}`),
    );
    expect(sandbox.files()).toEqual([]);
  });

  test.each([
    ["-r 0", "--requests"],
    ["-c 0", "--chunk"],
    ["-r 10 -c 11", "--chunk"],
    ["--port 0", "--port"],
    ["--host http://near/", "http://near/"],
    ["--quick --runs 4", "--runs"],
    ["async-fro", "async-fro"],
  ])("%s is wrong usage", async (line, named) => {
    const ended = await sandbox.run(["run", "fetch", ...line.split(" ")]);
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr.split("\n")[0]).toContain(named);
    expect(ended.stderr).toMatch(/^error: .+\n {2}try: .+\n$/);
  });
});

describe("a server that does not do as it should", () => {
  const slowly = "-r 40 -c 10 --warmup 0 --runs 4 --seed 1".split(" ");

  test("that answers 500 fails the row, and says how often", async () => {
    using server = serve((nth) => (nth % 10 === 0 ? new Response("", { status: 500 }) : right()));
    const ended = await runAt(server.port, "async-for", ...slowly);
    expect(ended.status).toBe(1);
    const [row] = rowsOf(resultsOf(ended));
    expect(row?.status).toBe("failed");
    expect(row?.error).toBe("2 of 2 visits: 4 of 40 requests answered 500");
    expect(row?.audit).toMatchObject({ sent: 80, received: 72, mistaken: 8 });
  });

  test("that answers nothing else is no run that went well, whoever was asked for", async () => {
    using server = serve(() => new Response("", { status: 500 }));
    const ended = await runAt(server.port, ..."-r 2 --warmup 0 --runs 1".split(" "));
    expect(rowsOf(resultsOf(ended)).map(({ status }) => status)).not.toContain("ok");
    expect(ended.status).toBe(1);
  });

  test("that answers with another body is caught", async () => {
    using server = serve((nth) => (nth === 50 ? new Response("another") : right()));
    const ended = await runAt(server.port, "async-for", ...slowly);
    const { series } = resultsOf(ended);
    const errors = series.map(({ error }) => error).filter((error) => error !== null);
    expect(errors).toEqual([
      expect.stringContaining("1 of 40 requests answered with another body"),
    ]);
  });

  test("that goes away leaves the runs that were made before", async () => {
    let served = 0;
    using server = serve(() => {
      // The first request sees that it is there; two runs and their control come through.
      if (++served > 1 + 4 * 40) server[Symbol.dispose]();
      return right();
    });
    const ended = await runAt(server.port, "async-for", ...slowly);
    expect(ended.status).toBe(1);
    const { series } = resultsOf(ended);
    const counts = series.map(({ summary }) => summary.count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    for (const { status, error } of series) {
      expect(status).toBe("failed");
      expect(error).toMatch(/^2 of \d visits: \d+ of 40 requests failed: connection/);
    }
  });

  test("that falls silent costs a row its run, and not the night", async () => {
    using server = serve((nth) => (nth > 1 + 4 * 40 ? new Promise(() => {}) : right()));
    const ended = await runAt(server.port, "async-for", ...slowly, "--timeout", "2s");
    expect(ended.status).toBe(1);
    for (const { error } of resultsOf(ended).series) {
      expect(error).toMatch(/^2 of \d visits: 10 of 40 requests failed: no answer in time/);
    }
  });

  test("that resets its connections is told of", async () => {
    let connections = 0;
    using server = listen((socket) => {
      connections++;
      if (connections > 1) socket.terminate();
      else socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    });
    const ended = await runAt(server.port, "threads-map", ...slowly);
    expect(ended.status).toBe(1);
    expect(rowsOf(resultsOf(ended))[0]?.error).toContain(
      "40 of 40 requests failed: connection reset",
    );
  });

  test("where no descriptor is left, says what to do", async () => {
    using server = serve(right);
    const before = ["bash", "-c", 'ulimit -n 64; exec "$@"', "--"];
    const many = "-r 400 -c 200 --warmup 0 --runs 1 --seed 1".split(" ");
    const at = ["--port", String(server.port)];
    const ended = await sandbox.run(["run", "fetch", "async-for", ...many, ...at, ...json], {
      before,
    });
    expect(ended.status).toBe(1);
    expect(rowsOf(resultsOf(ended))[0]).toMatchObject({ status: "failed" });
    expect(rowsOf(resultsOf(ended))[0]?.error).toMatch(
      /no file descriptor was left \(EMFILE\); allow more with `ulimit -n 1024`, or ask for a smaller --chunk/,
    );
  });
});

describe.if(canSeeProcesses)("leaves nothing behind", () => {
  /** Goes on for longer than any test. */
  const endless = ["run", "fetch", ..."--warmup 0 --runs 1000 --seed 1".split(" "), ...json];
  const childrenOf = (pid: number) => processesWith(`"parentPid":${pid}`);
  const serverOf = (pid: number) => processesWith(`"parentPid":${pid}`, '"handler":"sync"');

  test("after a run", async () => {
    const runner = sandbox.start(["run", "fetch", "async-for", ...briefly]);
    expect((await untilEnded(runner)).status).toBe(0);
    expect(childrenOf(runner.pid)).toEqual([]);
    expect(sandbox.files()).toEqual([...keptFiles]);
  });

  test("after Ctrl-C, and keeps the runs that it has", async () => {
    const runner = sandbox.start(endless, { detached: true });
    await untilAgents(runner.pid, 8);
    process.kill(-runner.pid, "SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    const results = resultsOf(ended);
    expect(results.partial).toBe(true);
    expect(results.series.some(({ summary }) => summary.count > 0)).toBe(true);
    for (const { error } of results.series) expect(error).toBeNull();
    expect(childrenOf(runner.pid)).toEqual([]);
  });

  test("after Ctrl-C while the server has not answered yet, at once", async () => {
    const asked = Promise.withResolvers<void>();
    using server = listen(() => asked.resolve());
    const at = ["--port", String(server.port), "--timeout", "300s"];
    const runner = sandbox.start(["run", "fetch", ...at]);
    await asked.promise;
    runner.kill("SIGINT");
    const ended = await untilEnded(runner);
    expect(ended.status).toBe(130);
    expect(ended.stderr).not.toContain("error:");
    expect(sandbox.latest()).toMatchObject({ partial: true });
  });

  test("after it was killed: server and program end by themselves", async () => {
    const runner = sandbox.start(endless);
    await untilAgents(runner.pid, 4);
    runner.kill("SIGKILL");
    await runner.exited;
    await until("the end of all", () => childrenOf(runner.pid).length === 0);
  });

  test("after its server was killed: it says so, and keeps the runs that it has", async () => {
    const runner = sandbox.start(endless);
    await untilAgents(runner.pid, 16);
    for (const pid of serverOf(runner.pid)) process.kill(pid, "SIGKILL");
    const ended = await untilEnded(runner);
    const { series, partial } = resultsOf(ended);
    expect(partial).toBe(false);
    expect(series.some(({ summary }) => summary.count > 1)).toBe(true);
    for (const { error } of series) expect(error).toContain("the server had ended: SIGKILL");
    expect(agentsOf(runner.pid)).toEqual([]);
  });
});
