import { suffix } from "bun:ffi";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examplesFolder } from "./compiler.ts";

const tools = ["sh", "dirname", "uname", "mv", "rm"];
let root = "";
let bin = "";
let library = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wakerbench-build-"));
  bin = join(root, "bin");
  library = join(root, "examples", "my-waker", `libmy-waker.${suffix}`);
  mkdirSync(bin);
  for (const tool of tools) symlinkSync(Bun.which(tool) ?? "", join(bin, tool));
  cpSync(examplesFolder, join(root, "examples"), {
    recursive: true,
    filter: (path) => !/\.(so|dylib)$/.test(path),
  });
});

afterEach(() => rmSync(root, { recursive: true }));

/** Puts a program on PATH that writes its name and arguments to the file after `-o`. */
function addCompiler(name: string, exitCode = 0): void {
  const path = join(bin, name);
  writeFileSync(
    path,
    `#!/bin/sh
called="${name} $*"
while [ "$1" != -o ]; do shift; done
echo "$called" > "$2"
exit ${exitCode}
`,
  );
  chmodSync(path, 0o755);
}

function build(environment: Record<string, string> = {}) {
  const script = join(root, "examples", "my-waker", "build.sh");
  const { exitCode, stderr } = Bun.spawnSync([join(bin, "sh"), script], {
    env: { PATH: bin, ...environment },
  });
  return { exitCode, stderr: stderr.toString() };
}

test("cc is taken before zig", () => {
  addCompiler("cc");
  addCompiler("zig");
  expect(build()).toEqual({ exitCode: 0, stderr: "" });
  expect(readFileSync(library, "utf8")).toMatch(/^cc -O2 -fPIC -shared /);
});

test("zig is taken where there is no cc", () => {
  addCompiler("zig");
  expect(build()).toEqual({ exitCode: 0, stderr: "" });
  expect(readFileSync(library, "utf8")).toMatch(/^zig cc -O2 -fPIC -shared /);
});

test("CC is taken before all others, and may be several words", () => {
  addCompiler("cc");
  addCompiler("mycc");
  expect(build({ CC: "mycc --fast" })).toEqual({ exitCode: 0, stderr: "" });
  expect(readFileSync(library, "utf8")).toMatch(/^mycc --fast -O2 /);
});

test("without a compiler one line says what to install", () => {
  const { exitCode, stderr } = build();
  expect(exitCode).toBe(1);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("no C compiler: install cc or zig");
});

test("a build that fails leaves neither a library nor half of one", () => {
  addCompiler("cc", 3);
  expect(build().exitCode).not.toBe(0);
  expect(existsSync(library)).toBeFalse();
  const left = readdirSync(join(root, "examples", "my-waker"));
  expect(left.filter((name) => name.startsWith("lib"))).toEqual([]);
});
