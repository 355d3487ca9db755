import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultsSchema } from "../../src/results/schema.ts";

setDefaultTimeout(120_000);

const root = join(import.meta.dirname, "..", "..");
let copy: string;

/** The waker of the worked example in CONTRIBUTING.md. */
function workedExample(): string {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  const file = blocks.find((code) => code.includes("export const pipeIterator"));
  if (file === undefined) throw new Error("the example is gone");
  return file;
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "wakerbench-new-waker-"));
  for (const name of ["src", "zig", "build.zig", "build.zig.zon", "package.json", "bin"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  cpSync(join(root, "zig-out"), join(copy, "zig-out"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "src/wakers/pipe-iterator.ts"), workedExample());
  const registry = join(copy, "src/wakers/index.ts");
  const text = readFileSync(registry, "utf8")
    .replace(
      "import { pipe }",
      'import { pipeIterator } from "./pipe-iterator.ts";\nimport { pipe }',
    )
    .replace("readonly Waker[] = [", "readonly Waker[] = [pipeIterator, ");
  writeFileSync(registry, text);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function wakerbench(...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, join(copy, "src/cli.ts"), ...args],
    { env: { ...process.env, WAKERBENCH_DATA_DIR: join(copy, "data") } },
  );
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

test("one new file and one line in the registry make a waker that list and help know", () => {
  const listed = wakerbench("list", "wakers", "pipe-iterator");
  expect(listed.stdout).toContain("the loop takes chunks with for await");
  expect(listed.exitCode).toBe(0);
});

test("the new waker is measured like the others", () => {
  const flags = "--no-contention --rounds 3 --wakes 50 --placement any --format json".split(" ");
  const { stdout, stderr, exitCode } = wakerbench("compare", "pipe-iterator", "pipe", ...flags);
  expect(stderr).not.toContain("error:");
  expect(exitCode).toBe(0);
  const results = resultsSchema.parse(JSON.parse(stdout));
  const row = results.series.find(({ waker }) => waker === "pipe-iterator");
  expect(row?.status).toBe("ok");
  expect(row?.audit).toMatchObject({ sent: 150, received: 150, lost: 0, duplicated: 0 });
});
