import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libraries } from "../../src/libraries/index.ts";
import { expectCodeToCompile, filesOf } from "../advice.ts";

const root = join(import.meta.dirname, "..", "..");

test("the code to paste of every library has no fault that the compiler sees", () => {
  expectCodeToCompile(libraries);
}, 60_000);

test.each(libraries.map((library) => [library.id, library] as const))(
  "the code to paste of %s runs and ends",
  (_id, { advice }) => {
    const folder = mkdtempSync(join(tmpdir(), "wakerbench-advice-"));
    try {
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
      for (const [name, content] of filesOf(advice.code)) {
        writeFileSync(join(folder, name), content);
      }
      const { exitCode, stderr } = Bun.spawnSync([process.execPath, "main.ts"], { cwd: folder });
      expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
