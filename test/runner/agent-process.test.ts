import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { visit } from "../../src/runner/agent-process.ts";
import { agentsOf, canSeeProcesses, until, untilAgents } from "../cli/processes.ts";
import { done, fails, job, measurement, ready, say, shell } from "./fake-agent.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const patienceMs = 10_000;
const waitForever = "kill -STOP $$";

function visitOf(line: string, timeoutMs = patienceMs, signal = never) {
  return visit(shell(line), job, timeoutMs, signal);
}

test("an agent that answers is ok, whatever it prints beside", async () => {
  const noise = `echo noise; echo more >&2; echo '{"type":"other"}' >&3; echo '{half' >&3`;
  const outcome = await visitOf(`${noise}; ${ready}; ${done}`);
  expect(outcome).toMatchObject({ status: "ok", measurements: [measurement] });
});

test("an agent that cannot be started is an outcome, too", async () => {
  const runtime = { ...shell("true"), agentCommand: ["/no/such/program"] };
  const outcome = await visit(runtime, job, patienceMs, never);
  expect(outcome).toMatchObject({ status: "failed", measurements: [] });
  expect("error" in outcome && outcome.error).toMatch(/^its process could not be started: ENOENT/);
});

test("an agent is given its job as its last argument", async () => {
  const outcome = await visitOf('echo "$1" >&2; exit 3');
  expect(outcome).toMatchObject({ status: "crashed" });
  expect("error" in outcome && outcome.error).toBe(`exit code 3: ${JSON.stringify(job)}`);
});

describe("an agent has crashed", () => {
  const crashes: [how: string, line: string, error: RegExp][] = [
    ["by a signal", "kill -SEGV $$", /^SIGSEGV$/],
    ["by a signal after its answer", `${done}; kill -ABRT $$`, /^SIGABRT$/],
    ["with a status", "exit 7", /^exit code 7$/],
    ["when it says nothing", "true", /^exit code 0$/],
    ["when it is ready and no more", ready, /^exit code 0$/],
    ["in the middle of a line", `printf '{"type":"measured","measure' >&3`, /^exit code 0$/],
    ["when its answer has a wrong shape", say({ type: "measured" }), /^exit code 0$/],
  ];
  test.each(crashes)("%s", async (_, line, error) => {
    const outcome = await visitOf(line);
    expect(outcome.status).toBe("crashed");
    expect("error" in outcome && outcome.error).toMatch(error);
  });

  test("with its last lines, without colours, and no more than six", async () => {
    const lines =
      "for i in 1 2 3 4 5 6 7 8; do printf '\\033[31mline %s\\033[0m\\n' $i; done; exit 1";
    const outcome = await visitOf(lines);
    const last = [3, 4, 5, 6, 7, 8].map((line) => `line ${line}`).join(" | ");
    expect("error" in outcome && outcome.error).toBe(`exit code 1: ${last}`);
  });

  test("also when it floods its output", async () => {
    const outcome = await visitOf("yes flood | head -n 300000; exit 1");
    expect("error" in outcome && outcome.error).toEndWith("flood | flood | flood");
  });
});

test("what is missing for an unsupported contender is said with what to do about it", async () => {
  const failed = { type: "failed", code: "UNSUPPORTED", message: "no lib", remedy: "install it" };
  expect(await visitOf(say(failed))).toMatchObject({
    status: "unsupported",
    error: "no lib; install it",
  });
});

test("an agent that says why it failed has failed", async () => {
  const outcome = await visitOf(`${fails("WAKER_FAILED")}; echo stack >&2; exit 1`);
  expect(outcome).toMatchObject({
    status: "failed",
    error: "it failed",
    code: "WAKER_FAILED",
    measurements: [],
  });
});

test("a fault in what was measured fails the visit, and keeps its numbers", async () => {
  const faulty = { ...measurement, fault: "ten wakes were not heard" };
  const outcome = await visitOf(say({ type: "measured", measurements: [faulty] }));
  expect(outcome).toMatchObject({ status: "failed", error: faulty.fault, measurements: [faulty] });
});

test("an agent that hangs is killed, and its last lines are kept", async () => {
  const outcome = await visitOf(`echo stuck; ${waitForever}`, 50);
  expect(outcome.status).toBe("timeout");
  expect("error" in outcome && outcome.error).toContain("stuck");
  if (canSeeProcesses) expect(agentsOf(process.pid)).toEqual([]);
});

test("no agent is started after the end", async () => {
  const outcome = await visitOf("kill -SEGV $$", patienceMs, AbortSignal.abort());
  expect(outcome).toEqual({ status: "interrupted", measurements: [] });
});

test.if(canSeeProcesses)("an agent is killed at the end", async () => {
  const controller = new AbortController();
  const outcome = visitOf(waitForever, patienceMs, controller.signal);
  await untilAgents(process.pid, 1);
  controller.abort();
  expect(await outcome).toEqual({ status: "interrupted", measurements: [] });
  expect(agentsOf(process.pid)).toEqual([]);
});

test("an agent whose own child outlives it neither holds up the run nor leaves it behind", async () => {
  const outcome = await visitOf("sleep 1000 & echo started $! >&2; exit 3", patienceMs);
  expect(outcome.status).toBe("crashed");
  const [, pid = ""] = /started (\d+)/.exec("error" in outcome ? outcome.error : "") ?? [];
  expect(existsSync(`/proc/${pid}/exe`) && pid !== "").toBe(false);
});

test.if(canSeeProcesses)(
  "a visit leaves no descriptor open, whether it ends or is killed",
  async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    await visitOf(done);
    const before = open();
    const visits = 20;
    for (let made = 0; made < visits; made++) {
      await visitOf(made % 2 === 0 ? done : waitForever, made % 2 === 0 ? patienceMs : 20);
    }
    // One leak a visit would be 20; the runtime may open one or two of its own meanwhile, and a thread
    // of its pool closes the copies that its streams read.
    await until("descriptors closed", () => open() - before < visits / 2);
  },
);

test("what a process took is told as it looks from outside", async () => {
  const burning = "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done";
  const slept = await visitOf(`sleep 0.3; ${done}`);
  const burnt = await visitOf(`${burning}; ${done}`);
  if (slept.status !== "ok" || burnt.status !== "ok") throw new Error("they answered nothing");
  const cpuNs = ({ usage }: typeof slept) => (usage?.userNs ?? 0) + (usage?.systemNs ?? 0);
  expect(slept.usage?.wallNs).toBeGreaterThan(0.3e9);
  expect(cpuNs(burnt)).toBeGreaterThan(5 * cpuNs(slept));
});
