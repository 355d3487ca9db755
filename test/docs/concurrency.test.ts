import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

setDefaultTimeout(120_000);

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs", "concurrency.md"), "utf8");

const programs = {
  "promises.ts": 'from "node:timers/promises"',
  "effect.ts": 'from "effect"',
  "effection.ts": 'from "effection"',
  // Names that no module has, which would be imported in its place.
  "on_asyncio.py": "import asyncio",
  "on_trio.py": "import trio",
  "on_anyio.py": "import anyio",
} as const;
const inJavaScript = ["promises.ts", "effect.ts", "effection.ts"] as const;

let folder: string;

/** Blocks of the page in one language, without their fences. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(
    ([, code = ""]) => code,
  );
}

/** What the page says that all six print. */
function saidLines(): string[] {
  return (blocks("text")[0] ?? "").trimEnd().split("\n");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wakerbench-concurrency-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const all = [...blocks("ts"), ...blocks("python")];
  for (const [name, text] of Object.entries(programs)) {
    const code = all.find((block) => block.includes(text));
    if (code === undefined) throw new Error(`the page has no program with ${text}`);
    writeFileSync(join(folder, name), code);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...cmd: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(cmd, { cwd: folder });
  return { exitCode, lines: stdout.toString().trimEnd().split("\n"), stderr: stderr.toString() };
}

const python = Bun.which("python3");
/** Whether there is a Python with task groups (3.11) that has this module. */
function hasModule(name: string): boolean {
  if (python === null) return false;
  const code = `import sys, ${name}; sys.exit(sys.version_info < (3, 11))`;
  return Bun.spawnSync([python, "-c", code], { stderr: "ignore" }).exitCode === 0;
}
const hasTaskGroups = hasModule("asyncio");

test("the page has one program for each of the six, and says what they print", () => {
  expect(blocks("ts")).toHaveLength(3);
  expect(blocks("python")).toHaveLength(3);
  expect(saidLines()).toHaveLength(12);
});

test.each(inJavaScript)("%s prints the lines that the page says", (name) => {
  const { exitCode, lines, stderr } = run(process.execPath, name);
  expect({ lines, stderr }).toEqual({ lines: saidLines(), stderr: "" });
  expect(exitCode).toBe(0);
});

test("the programs in TypeScript have no fault that the compiler sees", () => {
  const config = { extends: join(root, "tsconfig.json"), include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules", ".bin", "tsc");
  expect(run(compiler, "-p", folder)).toMatchObject({ exitCode: 0, lines: [""] });
});

test("Effect does not let a failure go unhandled where its type says there is none", () => {
  const effect = readFileSync(join(folder, "effect.ts"), "utf8");
  const unhandled = effect.replace(/ +Broken: \(.*\n/, "");
  expect(unhandled).not.toBe(effect);
  const other = join(folder, "unhandled");
  mkdirSync(other);
  writeFileSync(join(other, "effect.ts"), unhandled);
  const config = { extends: join(root, "tsconfig.json"), include: ["*.ts"] };
  writeFileSync(join(other, "tsconfig.json"), JSON.stringify(config));
  const { lines, exitCode } = run(join(root, "node_modules", ".bin", "tsc"), "-p", other);
  expect(exitCode).not.toBe(0);
  expect(lines.join("\n")).toContain("Broken");
});

test.skipIf(!hasTaskGroups)("the program for asyncio prints the lines that the page says", () => {
  const { exitCode, lines, stderr } = run("python3", "on_asyncio.py");
  expect({ exitCode, lines, stderr }).toEqual({ exitCode: 0, lines: saidLines(), stderr: "" });
});

test.skipIf(!hasTaskGroups).each(["on_trio.py", "on_anyio.py"])("%s is Python", (name) => {
  expect(run("python3", "-m", "py_compile", name)).toMatchObject({ exitCode: 0, stderr: "" });
});

test.skipIf(!hasModule("trio"))("the program for Trio prints them, in an order of its own", () => {
  const { exitCode, lines, stderr } = run("python3", "on_trio.py");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(lines.toSorted()).toEqual(saidLines().toSorted());
});

test.skipIf(!hasModule("anyio"))("the program for AnyIO prints the lines that it says", () => {
  const { exitCode, lines, stderr } = run("python3", "on_anyio.py");
  expect({ exitCode, lines, stderr }).toEqual({ exitCode: 0, lines: saidLines(), stderr: "" });
});
