import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { WakerbenchError } from "../../src/errors.ts";
import { findZig } from "../../src/native/zig.ts";
import { type TemporaryFolder, temporaryFolder, thrownBy } from "./temporary-folder.ts";

/** A pip that puts a Zig where it is told, as the package ziglang does. */
const workingPip = `
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/ziglang"
printf '#!/bin/sh\\necho 0.16.0\\n' > "$2/ziglang/zig"
chmod +x "$2/ziglang/zig"`;

/** A pip that is cut off when it has written half. */
const brokenPip = `
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/ziglang"
echo half > "$2/ziglang/zig"
echo "ERROR: no route to the index" >&2
exit 1`;

function python({ module = "", pip = "" }: { module?: string; pip?: string }): string {
  return `
if [ "$2" = ziglang ]; then
  ${module || 'echo "No module named ziglang" >&2; exit 1'}
  exit
fi
${pip || 'echo "No module named pip" >&2; exit 1'}`;
}

/** Looks for Zig in a world that holds the programs of the folder and nothing else. */
function search(folder: TemporaryFolder, env: NodeJS.ProcessEnv = {}) {
  const lines: string[] = [];
  const PATH = join(folder.path, "bin");
  const find = () =>
    findZig({ root: folder.path, env: { PATH, ...env }, log: (line) => lines.push(line) });
  return { find, lines };
}

test("$ZIG comes before everything else", () => {
  using folder = temporaryFolder();
  const ZIG = folder.program("mine/zig", "echo 0.17.0");
  folder.program("bin/zig", "echo 0.16.0");
  const found = search(folder, { ZIG }).find();
  expect(found).toEqual({ command: [ZIG], version: "0.17.0", origin: "$ZIG" });
});

test.each([
  ["does not exist", ""],
  ["fails", "exit 3"],
  ["is of another version", "echo 0.13.0"],
])("a $ZIG that %s is an error, although another Zig is there", (_, body) => {
  using folder = temporaryFolder();
  folder.program("bin/zig", "echo 0.16.0");
  const ZIG = body === "" ? join(folder.path, "none") : folder.program("mine/zig", body);
  const thrown = thrownBy(search(folder, { ZIG }).find) as WakerbenchError;
  expect(thrown).toBeInstanceOf(WakerbenchError);
  expect(thrown.code).toBe("ZIG_NOT_FOUND");
  expect(thrown.message).toContain(ZIG);
});

test.each(["0.16.0", "0.16.1", "0.17.0"])("zig %s on PATH is taken", (version) => {
  using folder = temporaryFolder();
  const zig = folder.program("bin/zig", `echo ${version}`);
  folder.program("bin/python3", python({ module: "echo 0.16.0" }));
  expect(search(folder).find()).toEqual({ command: [zig], version, origin: "PATH" });
});

test.each(["0.15.2", "0.18.0", "0.17.0-dev.12+abc"])(
  "zig %s on PATH is passed over for the Python module",
  (version) => {
    using folder = temporaryFolder();
    folder.program("bin/zig", `echo ${version}`);
    const program = folder.program("bin/python3", python({ module: "echo 0.17.0" }));
    expect(search(folder).find()).toEqual({
      command: [program, "-m", "ziglang"],
      version: "0.17.0",
      origin: "python3 -m ziglang",
    });
  },
);

test("without any, the pinned version is fetched into .cache, and only once", () => {
  using folder = temporaryFolder();
  folder.program("bin/python3", python({ pip: workingPip }));
  const { find, lines } = search(folder);
  const zig = join(folder.path, ".cache", "zig", "0.16.0", "ziglang", "zig");
  for (const _ of [1, 2]) {
    expect(find()).toEqual({ command: [zig], version: "0.16.0", origin: "pip" });
  }
  expect(lines).toEqual(["fetching Zig 0.16.0 (once)"]);
});

test("a kept Zig that does not run is fetched anew", () => {
  using folder = temporaryFolder();
  folder.program("bin/python3", python({ pip: workingPip }));
  folder.program(".cache/zig/0.16.0/ziglang/zig", "exit 126");
  expect(search(folder).find().origin).toBe("pip");
});

test("an install that is cut off leaves nothing that could be taken for Zig", () => {
  using folder = temporaryFolder();
  folder.program("bin/python3", python({ pip: brokenPip }));
  expect(thrownBy(search(folder).find)).toMatchObject({
    code: "ZIG_NOT_FOUND",
    message: expect.stringContaining("no route to the index"),
  });
  expect(readdirSync(join(folder.path, ".cache", "zig"))).toEqual([]);
});

test("with nothing at all, one error names the four ways that were tried", () => {
  using folder = temporaryFolder();
  const thrown = thrownBy(search(folder).find) as WakerbenchError;
  expect(thrown.code).toBe("ZIG_NOT_FOUND");
  for (const way of ["$ZIG", "zig is not on PATH", "python3 -m ziglang", "pip install ziglang"]) {
    expect(thrown.message).toContain(way);
  }
  expect(thrown.message).not.toContain("\n");
  expect(thrown.remedy).toContain("0.16.0");
  expect(existsSync(join(folder.path, ".cache"))).toBe(false);
});
