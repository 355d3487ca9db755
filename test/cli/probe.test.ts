import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { ProbeReport } from "../../src/index.ts";
import { fixture, Sandbox } from "./program.ts";

setDefaultTimeout(120_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());

test("probe WAKER prints its row, and exports all that was found", async () => {
  const path = sandbox.path("matrix.json");
  const ended = await sandbox.run(["probe", "callback", "--export", path]);
  expect(ended.status).toBe(0);
  expect(ended.stdout).toContain(`bun@${Bun.version}: wakers`);
  expect(ended.stdout).toMatch(/^ {2}callback +works +works +works +no /m);
  expect(ended.stderr).toBe("probe: 6 trials, each in a child process\n");
  const report = JSON.parse(readFileSync(path, "utf8")) as ProbeReport;
  expect(report).toMatchObject({ schemaVersion: 1, partial: false, children: 6 });
  expect(report.runtimes[0]?.wakers[0]?.cells.life.verdict).toBe("no");
});

test("json goes to stdout alone, and --quiet says nothing", async () => {
  const ended = await sandbox.run(["probe", "eventfd", "--format", "json", "--quiet"]);
  expect(ended.stderr).toBe("");
  const report = JSON.parse(ended.stdout) as ProbeReport;
  expect(report.runtimes[0]?.wakers[0]?.waker).toBe("eventfd");
});

test("a waker that was named and does not work is status 1", async () => {
  const { status, stdout } = await sandbox.run(["probe", "pipe", fixture("segfaults"), "-q"]);
  expect(status).toBe(1);
  expect(stdout).toContain("SIGSEGV");
  expect(stdout).toMatch(/^ {2}pipe +works/m);
});

test.each([
  ["a waker that there is none of", ["nope"], "no waker"],
  ["the floor", ["floor"], "nothing to probe"],
  ["a format of other commands", ["--format", "csv"], "none of table, json"],
  ["a file of another format", ["--export", "matrix.md"], "no format has the ending"],
  ["a runtime that is none", ["--runtime", "/nowhere/bun"], "there is no /nowhere/bun"],
])("%s is wrong usage", async (_, args, message) => {
  const { status, stdout, stderr } = await sandbox.run(["probe", ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toContain("  try: ");
});
