import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");

/**
 * A fresh clone in small: the true preload and set-up, a library that need not be built, and one
 * package, itself, which a test imports.
 */
function freshClone(folder: TemporaryFolder): void {
  for (const name of ["bunfig.toml", "src", "test/preload.ts"]) {
    cpSync(join(root, name), join(folder.path, name), { recursive: true });
  }
  const dependencies = '"devDependencies":{"itself":"link:."}';
  folder.file("package.json", `{"name":"itself","version":"0.0.0",${dependencies}}`);
  folder.file(
    "bun.lock",
    `{"lockfileVersion":1,"workspaces":{"":{"name":"itself",${dependencies}}},
      "packages":{"itself":["itself@root:",{}]}}`,
  );
  folder.file("answer.ts", "export const answer = 42;");
  folder.file(
    "test/first.test.ts",
    `import { expect, test } from "bun:test";
     import { answer } from "itself/answer.ts";
     test("what was  installed can be imported", () => expect(answer).toBe(42));
     test("fails when told", () => expect(process.env.FAIL).toBeUndefined());
     test("dies when told", () => void (process.env.DIE && process.kill(process.pid, "SIGKILL")));
     test("is not marked", () => expect(process.env.WAKERBENCH_TEST_RERUN).toBeUndefined());`,
  );
  folder.file(
    "test/second.test.ts",
    `import { test } from "bun:test";
     test("another file", () => {});`,
  );
}

function bunTest(folder: TemporaryFolder, words: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const ended = Bun.spawnSync([process.execPath, "test", ...words], {
    cwd: folder.path,
    env: { ...process.env, WAKERBENCH_LIBRARY: "built elsewhere", ...env },
    stderr: "pipe",
  });
  const results: string[] = `${ended.stderr}`.match(/^Ran .*(?= \[)/gm) ?? [];
  return { status: ended.exitCode, results };
}

test("bun test in a fresh clone installs, and shows one set of results", () => {
  using folder = temporaryFolder();
  freshClone(folder);
  const passed = { status: 0, results: ["Ran 5 tests across 2 files."] };
  expect(bunTest(folder)).toEqual(passed);
  expect(bunTest(folder)).toEqual(passed);
});

test("bun test in a fresh clone keeps its arguments, spaces and all", () => {
  using folder = temporaryFolder();
  freshClone(folder);
  const ended = bunTest(folder, ["-t", "was  installed", "--timeout=4000", "first"]);
  expect(ended).toEqual({ status: 0, results: ["Ran 1 test across 1 file."] });
});

test("bun test in a fresh clone fails when a test fails", () => {
  using folder = temporaryFolder();
  freshClone(folder);
  const ended = bunTest(folder, [], { FAIL: "1" });
  expect(ended).toEqual({ status: 1, results: ["Ran 5 tests across 2 files."] });
});

test("bun test in a fresh clone ends as a shell would when a test dies of a signal", () => {
  using folder = temporaryFolder();
  freshClone(folder);
  expect(bunTest(folder, ["first"], { DIE: "1" })).toEqual({ status: 128 + 9, results: [] });
});

test("bun test ends with 1 when packages cannot be installed", () => {
  using folder = temporaryFolder();
  freshClone(folder);
  folder.file("bun.lock", "no lock file");
  expect(bunTest(folder)).toEqual({ status: 1, results: [] });
});
