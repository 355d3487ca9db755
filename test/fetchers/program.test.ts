import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readServerUsage } from "../../src/fetchers/server-usage.ts";
import { answerText } from "../../src/handlers/answers.ts";
import { visit } from "../../src/runner/agent-process.ts";
import { bun } from "../../src/runtimes/bun.ts";
import type { FetchJob } from "../../src/scenarios/workload-job.ts";
import { canSeeProcesses } from "../cli/processes.ts";
import { listen, order, right, serve } from "./servers.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const patienceMs = 30_000;

async function run(port: number, changes: Partial<FetchJob> = {}) {
  const job: FetchJob = {
    ...order(port),
    scenario: "fetch",
    approach: "async-for",
    parameters: {},
    libraryPath: "/nowhere",
    parentPid: process.pid,
    case: "",
    seed: 1,
    ...changes,
  };
  return visit(await bun.find("bun"), job, patienceMs, never);
}

describe("the program of a fetcher", () => {
  test("needs no native library, and says what became of its requests", async () => {
    using server = serve(right);
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({
      status: "ok",
      measurements: [
        { scenario: "fetch", done: 45, fault: null, audit: { sent: 45, received: 45, lost: 0 } },
      ],
    });
    if (outcome.status !== "ok") return;
    const [measured] = outcome.measurements;
    // Seen from outside it lasts longer than its requests, by the runtime's start at least.
    expect(outcome.usage?.wallNs).toBeGreaterThan(measured?.cost.wallNs ?? 0);
  });

  test("has not failed in silence where its answers are wrong", async () => {
    using server = serve((nth) => new Response(nth === 7 ? "another" : answerText));
    expect(await run(server.port)).toMatchObject({
      status: "failed",
      error: "1 of 45 requests answered with another body",
      measurements: [{ audit: { sent: 45, received: 44, mistaken: 1 } }],
    });
  });

  test("is told its memory without what its parent holds", async () => {
    using server = serve(right);
    // Touched, so that it is resident; and more than the program could ever need.
    const ballast = new Uint8Array(600 * 2 ** 20).fill(1);
    const outcome = await run(server.port);
    expect(ballast.at(-1)).toBe(1);
    const peakBytes = outcome.measurements[0]?.cost.peakRssBytes ?? 0;
    expect(peakBytes).toBeGreaterThan(5 * 2 ** 20);
    expect(peakBytes).toBeLessThan(400 * 2 ** 20);
  });

  test("ends by itself where its parent is gone", async () => {
    using silent = listen(() => {});
    const outcome = await run(silent.port, { parentPid: 2_000_000_000 });
    expect(outcome).toMatchObject({ status: "crashed", error: "exit code 1" });
  });
});

describe.if(canSeeProcesses)("what a server has used", () => {
  test("is what it tells of itself", async () => {
    const burning = `
      const began = process.cpuUsage();
      const spent = () => { const { user, system } = process.cpuUsage(began); return user + system; };
      while (spent() < 300e3);
      const { user, system } = process.cpuUsage();
      console.log((user + system) * 1e3);
      setInterval(() => {}, 60_000);`;
    const child = Bun.spawn([process.execPath, "-e", burning], { stdout: "pipe" });
    try {
      const reader = child.stdout.getReader();
      const toldNs = Number(new TextDecoder().decode((await reader.read()).value));
      const usage = readServerUsage(child.pid);
      expect((usage?.cpuNs ?? 0) / toldNs).toBeGreaterThan(0.8);
      expect((usage?.cpuNs ?? 0) / toldNs).toBeLessThan(1.5);
      expect(usage?.peakRssBytes).toBeGreaterThan(2 ** 20);
      await reader.cancel();
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
    expect(readServerUsage(child.pid)).toBeNull();
  });
});
