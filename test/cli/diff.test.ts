import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { diffSchema } from "../../src/diff/schema.ts";
import type { Results } from "../../src/results/schema.ts";
import { again, measured, withP99, withSeries } from "../diff/changed.ts";
import { Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());

function save(name: string, results: Results): void {
  const path = sandbox.path(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(results));
}

save("base.json", measured);
save("worse.json", withSeries(measured, withP99(1.2, "summary")));
save("nearly.json", withSeries(measured, withP99(1.02, "summary")));
save("again.json", again(withSeries(measured, withP99(1.2, "rounds"))));
save("elsewhere.json", {
  ...again(measured),
  environment: { ...measured.environment, cpu: "another" },
});
save("data/results/latest.json", measured);

const run = (line: string) => sandbox.run(["diff", ...line.split(" ")]);

test("a run and itself: no difference seen, 0", async () => {
  const { status, stdout, stderr } = await run("base.json base.json");
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toEndWith(`No difference seen in ${measured.series.length} rows.\n`);
});

test("`latest` is either of them, and NEW when it is left out", async () => {
  for (const line of ["base.json", "base.json latest", "latest base.json"]) {
    expect(await run(line)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("same run"),
    });
  }
});

describe("--fail-on p99>5%", () => {
  test("ends with 1 where p99 is 20 % up, and names each row", async () => {
    const { status, stderr } = await run("base.json worse.json --fail-on p99>5%");
    expect(status).toBe(1);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(measured.series.length);
    for (const line of lines) {
      expect(line).toMatch(/^p99>5%: dispatch .+: p99 .+ to .+, 1\.20 × \(1\.\d\d–1\.\d\d\)$/);
    }
  });

  test("ends with 0 where it is 2 % up", async () => {
    expect(await run("base.json nearly.json --fail-on p99>5%")).toMatchObject({ status: 0 });
  });

  test("of another run ends with 1 where its noise allows to say so", async () => {
    const { status, stdout } = await run("base.json again.json --fail-on p99>5%");
    expect(status).toBe(1);
    expect(stdout).toContain("could not tell");
  });

  test("may be one of several", async () => {
    const { status, stderr } = await run(
      "base.json worse.json --fail-on p50>5% --fail-on dispatch:p99>10%",
    );
    expect(status).toBe(1);
    expect(stderr).toContain("dispatch:p99>10%: ");
    expect(stderr).not.toContain("p50>5%:");
  });
});

test("another machine is refused in one line, and compared when told", async () => {
  const refused = await run("base.json elsewhere.json");
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toMatch(
    /^error: these cannot be compared: other machine .+\n {2}try: .+\n$/,
  );
  const told = await run("base.json elsewhere.json --anyway");
  expect(told.status).toBe(0);
  expect(told.stdout).toContain("compared anyway: other machine");
});

test("writes every format, to stdout and to files", async () => {
  const { status, stdout } = await run(
    "base.json worse.json --format json --export out.md --export out.txt --export out.json",
  );
  expect(status).toBe(0);
  expect(diffSchema.parse(JSON.parse(stdout)).rows).toHaveLength(measured.series.length);
  expect(readFileSync(sandbox.path("out.json"), "utf8")).toBe(stdout);
  expect(readFileSync(sandbox.path("out.md"), "utf8")).toStartWith("### wakerbench: ");
  expect(readFileSync(sandbox.path("out.txt"), "utf8")).toContain("time per call decides");
});

test.each([
  ["", "write wakerbench diff before.json after.json"],
  ["base.json base.json base.json", "see wakerbench diff --help"],
  ["base.json base.json --fail-on p99", "write METRIC>PERCENT%"],
  ["base.json base.json --format yaml", "write one of table, json, markdown, github"],
  ["missing.json", "name a JSON file"],
  ["base.json --fail-onn p99>5%", "did you mean --fail-on?"],
])("diff %s: one line, a remedy, 2", async (line, remedy) => {
  const { status, stdout, stderr } = await sandbox.run([
    "diff",
    ...line.split(" ").filter(Boolean),
  ]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: .+\n {2}try: .+\n$/);
  expect(stderr).toContain(remedy);
  expect(status).toBe(2);
});
