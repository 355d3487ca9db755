import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultsSchema } from "../../src/results/schema.ts";

setDefaultTimeout(120_000);

const root = join(import.meta.dirname, "..", "..");
let copy: string;

/** The file of the worked example in CONTRIBUTING.md that says this. */
function workedExample(text: string): string {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  const file = blocks.find((code) => code.includes(text));
  if (file === undefined) throw new Error(`there is no example with ${text}`);
  return file;
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "wakerbench-new-dispatcher-"));
  const names = ["src", "zig", "build.zig", "build.zig.zon", "package.json", "bin", "zig-out"];
  for (const name of [...names, "tsconfig.json"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const folder = join(copy, "src", "dispatchers");
  writeFileSync(join(folder, "broadcast.ts"), workedExample("export const broadcast"));
  writeFileSync(join(folder, "broadcast-thread.ts"), workedExample("declare const self"));
  const registry = join(folder, "index.ts");
  const text = readFileSync(registry, "utf8")
    .replace(
      "import { callback }",
      'import { broadcast } from "./broadcast.ts";\nimport { callback }',
    )
    .replace("readonly Dispatcher[] = [", "readonly Dispatcher[] = [broadcast, ");
  writeFileSync(registry, text);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(...cmd: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(cmd, {
    cwd: copy,
    env: { ...process.env, WAKERBENCH_DATA_DIR: join(copy, "data") },
  });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

test("the worked dispatcher has no fault that the compiler sees", () => {
  writeFileSync(
    join(copy, "tsconfig.check.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src/dispatchers/*.ts"] }),
  );
  const compiler = join(root, "node_modules", ".bin", "tsc");
  expect(run(compiler, "-p", "tsconfig.check.json")).toMatchObject({ exitCode: 0, stdout: "" });
});

test("the worked dispatcher is measured like the others, and settles what it is asked to", () => {
  const flags = "--count 300 --rounds 3 --in-flight 4 --placement any --format json".split(" ");
  const endings = "--throw-rate 0.1 --cancel-rate 0.1 --timeout-each 60s".split(" ");
  const cli = join(copy, "src", "cli.ts");
  const { stdout, stderr, exitCode } = run(
    process.execPath,
    ...[cli, "run", "dispatch", "broadcast", ...flags, ...endings],
  );
  expect(stderr).not.toContain("error:");
  expect(exitCode).toBe(0);
  const results = resultsSchema.parse(JSON.parse(stdout));
  const row = results.series.find(({ contender }) => contender === "broadcast");
  expect(row).toMatchObject({ status: "ok", audit: { lost: 0, duplicated: 0, mistaken: 0 } });
  expect(Number(row?.extra.threw)).toBeGreaterThan(0);
});
