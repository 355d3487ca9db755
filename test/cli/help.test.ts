import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { commands } from "../../src/commands/index.ts";
import { summaries } from "../../src/commands/summaries.ts";
import { dispatchers } from "../../src/dispatchers/index.ts";
import { workloadPlans } from "../../src/plan/workloads.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { workloadWords } from "../../src/scenarios/workload-words.ts";
import { wakers } from "../../src/wakers/index.ts";
import { type Ended, launcherPath, programPath, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());
const escapeCode = "\u001b";

function expectQuietSuccess({ status, stderr, stdout }: Ended): void {
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).not.toContain(escapeCode);
  expect(stdout.endsWith("\n")).toBe(true);
}

test("the bare command shows three examples", async () => {
  const ended = await sandbox.run([]);
  expectQuietSuccess(ended);
  expect(ended.stdout.match(/^ {2}wakerbench \w.*\S {2,}\S/gm)).toHaveLength(3);
});

test.each(["--help", "-h", "help"])("%s names every command", async (flag) => {
  const ended = await sandbox.run([flag]);
  expectQuietSuccess(ended);
  for (const { name, summary } of commands) {
    expect(ended.stdout).toContain(`${name}    ${summary}`);
  }
});

test.each(["--version", "-v"])("%s prints the version alone", async (flag) => {
  const ended = await sandbox.run([flag]);
  expectQuietSuccess(ended);
  expect(ended.stdout).toBe(`${packageJson.version}\n`);
});

test.each(commands.map(({ name }) => name))("%s --help names all of its flags", async (name) => {
  const ended = await sandbox.run([name, "--help"]);
  expectQuietSuccess(ended);
  const command = commands.find((one) => one.name === name);
  for (const [flag, { type }] of Object.entries(command?.args ?? {})) {
    expect(ended.stdout).toContain(type === "positional" ? flag.toUpperCase() : `--${flag}`);
  }
});

test.each(scenarios.map(({ id }) => id))("run %s --help names the flags of it", async (id) => {
  const ended = await sandbox.run(["run", id, "--help"]);
  expectQuietSuccess(ended);
  const scenario = scenarios.find((one) => one.id === id);
  expect(ended.stdout).toContain(scenario?.summary ?? "no summary");
  expect(ended.stdout).toContain(`wakerbench run ${id}`);
  for (const name of Object.keys(scenario?.parameters(z).shape ?? {})) {
    expect(ended.stdout).toContain(`--${name}`);
  }
});

test("compare --help says how to leave the floods out", async () => {
  const { stdout } = await sandbox.run(["compare", "--help"]);
  expect(stdout).toMatch(/--no-contention .*single wakes only/);
});

test("help is asked for anywhere on the line, and nothing is measured", async () => {
  const ended = await sandbox.run(["compare", "pipe", "--wakes", "20", "-h"]);
  expectQuietSuccess(ended);
  expect(ended.stdout).toContain("USAGE");
  expect(sandbox.files()).toEqual([]);
});

test("the launcher runs the same program", async () => {
  const launched = Bun.spawnSync([launcherPath, "--help"], { env: sandbox.environment() });
  const { stdout } = await sandbox.run(["--help"]);
  expect(launched.stdout.toString()).toBe(stdout);
});

describe("list", () => {
  test("names every waker, dispatcher, scenario and runtime", async () => {
    const ended = await sandbox.run(["list"]);
    expectQuietSuccess(ended);
    for (const { id, summary } of [...wakers, ...dispatchers]) {
      expect(ended.stdout).toMatch(new RegExp(`^ {2}${id} +${RegExp.escape(summary)}$`, "m"));
    }
    expect(ended.stdout).toMatch(/^scenarios\n {2}wake /m);
    expect(ended.stdout).toMatch(/^runtimes\n {2}bun /m);
  });

  test("shows the traits of every waker, a line each where there is no terminal", async () => {
    const ended = await sandbox.run(["list", "wakers"]);
    expectQuietSuccess(ended);
    const [header = "", ...lines] = ended.stdout.trimEnd().split("\n");
    expect(header).toMatch(/^ {2}Waker +Kind +Payload +Keeps alive +Coalesces +Summary$/);
    expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual(wakers.map(({ id }) => id));
    for (const [index, { traits, summary }] of wakers.entries()) {
      const [kind, , keepsAlive, coalesces, said] = (lines[index] ?? "").split(/ {2,}/).slice(2);
      expect(kind).toBe(traits.kind);
      expect(keepsAlive).toBe(traits.keepsAlive ? "yes" : "no");
      expect(coalesces).toBe(traits.coalesces ? "yes" : "no");
      expect(said).toBe(summary);
    }
  });

  test.each(wakers.map(({ id }) => id))("%s shows the code to paste", async (id) => {
    const ended = await sandbox.run(["list", "wakers", id]);
    expectQuietSuccess(ended);
    const { advice } = wakers.find((waker) => waker.id === id) ?? {};
    const shown = ended.stdout.replaceAll(/^ {2}/gm, "");
    expect(shown).toContain(advice?.code ?? "no code");
    expect(shown).toContain(advice?.when ?? "no advice");
  });
});

test("list shows who does the work of every dispatcher, and the code to paste", async () => {
  const all = await sandbox.run(["list", "dispatchers"]);
  expectQuietSuccess(all);
  const [header = "", ...lines] = all.stdout.trimEnd().split("\n");
  expect(header).toMatch(/^ {2}Dispatcher +Calls go to +Parameters +Summary$/);
  expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual(dispatchers.map(({ id }) => id));
  for (const { id, advice } of dispatchers) {
    const one = await sandbox.run(["list", "dispatchers", id]);
    expectQuietSuccess(one);
    expect(one.stdout.replaceAll(/^ {2}/gm, "")).toContain(advice.code);
  }
});

test("list shows what every workload compares, with the code to paste", async () => {
  for (const { scenario } of workloadPlans) {
    const kind = workloadWords[scenario.id].contenders;
    const all = await sandbox.run(["list", kind]);
    expectQuietSuccess(all);
    for (const { id, title } of scenario.catalogue.all) {
      expect(all.stdout).toMatch(new RegExp(`^ {2}${id} +${RegExp.escape(title)} `, "m"));
    }
  }
  // One of each kind: that they have code is a matter of their types.
  const kinds = new Map(
    workloadPlans.map(({ scenario }) => [workloadWords[scenario.id].contenders, scenario]),
  );
  for (const [kind, { catalogue }] of kinds) {
    const [first] = catalogue.all;
    const one = await sandbox.run(["list", kind, first?.id ?? ""]);
    expectQuietSuccess(one);
    expect(one.stdout.replaceAll(/^ {2}/gm, "")).toContain(first?.advice.code ?? "no code");
  }
});

test("list says of every scenario what it compares, and where its flags are", async () => {
  for (const { id } of scenarios) {
    const { stdout } = await sandbox.run(["list", "scenarios", id]);
    const [, called = ""] = /wakerbench list (\w+)$/m.exec(stdout) ?? [];
    expectQuietSuccess(await sandbox.run(["list", called]));
    expect(stdout).toContain(`wakerbench run ${id} --help`);
  }
});

test("list shows what may stand behind a waker's name", async () => {
  const { stdout } = await sandbox.run(["list", "wakers", "poll-timer"]);
  expect(stdout).toMatch(/^ {2}parameter +period=1ms\|8ms\|16ms \(default: 1ms\): /m);
});

describe("colour", () => {
  test("FORCE_COLOR asks for escapeCode codes in a pipe", async () => {
    const { stdout } = await sandbox.run(["list"], { environment: { FORCE_COLOR: "1" } });
    expect(stdout).toContain(`${escapeCode}[1m`);
  });

  test("FORCE_COLOR=0 and NO_COLOR ask for none", async () => {
    const off = await sandbox.run(["list"], { environment: { FORCE_COLOR: "0" } });
    const none = await sandbox.run(["list"], { environment: { NO_COLOR: "1" } });
    expect(off.stdout).not.toContain(escapeCode);
    expect(none.stdout).toBe(off.stdout);
  });
});

/** What is loaded before a command runs: packages, and files of ours, without dynamic imports. */
async function loadedAtStart(entry: string): Promise<Set<string>> {
  const loaded = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const visit = async (path: string): Promise<void> => {
    if (loaded.has(path)) return;
    loaded.add(path);
    if (!path.endsWith(".ts")) return;
    for (const { path: imported, kind } of transpiler.scanImports(await Bun.file(path).text())) {
      if (kind !== "import-statement") continue;
      if (imported.startsWith(".")) await visit(resolve(dirname(path), imported));
      else loaded.add(imported);
    }
  };
  await visit(entry);
  return loaded;
}

test("the overview loads no command, and a command's help no statistics, tables, histograms or runner", async () => {
  const loaded = await loadedAtStart(programPath);
  expect(loaded).toContain("citty");
  const ofCommands = /[/]commands[/](?!summaries|command)|^zod$/;
  expect([...loaded].filter((path) => ofCommands.test(path))).toEqual([]);
  const registry = await loadedAtStart(join(dirname(programPath), "commands", "index.ts"));
  expect(registry).toContain(join(dirname(programPath), "commands", "compare.ts"));
  const heavy = /hdr-histogram-js|simple-statistics|cli-table3|[/](stats|runner)[/]|compare-series/;
  expect([...loaded, ...registry].filter((path) => heavy.test(path))).toEqual([]);
});

test("every command is in the overview, in the same order", () => {
  expect(commands.map(({ name, summary }) => [name, summary])).toEqual(Object.entries(summaries));
});

/** CPU time of a process, which others on the machine do not lengthen as they do its whole time. */
function cpuMsOf(...cmd: readonly string[]): number {
  const { exitCode, resourceUsage } = Bun.spawnSync([...cmd], { env: sandbox.environment() });
  expect(exitCode).toBe(0);
  return Number(resourceUsage?.cpuTime.total) / 1000;
}

test("the overview costs a fraction of what all commands cost that it names", () => {
  const least = (...args: readonly string[]) =>
    Math.min(...Array.from({ length: 5 }, () => cpuMsOf(process.execPath, ...args)));
  const bare = least("-e", "0");
  const overview = least(programPath, "--help") - bare;
  const ofCommand = least(programPath, "compare", "--help") - bare;
  expect(overview).toBeLessThan(0.7 * ofCommand);
});
