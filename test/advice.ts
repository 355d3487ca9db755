import { expect } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Approach } from "../src/approaches/approach.ts";

const root = join(import.meta.dirname, "..");

/** The files of a code to paste, by name: a comment `// jobs.ts` begins one. */
export function filesOf(code: string): [name: string, content: string][] {
  const [first = "", ...rest] = code.split(/^\/\/ (\w+\.ts)\b.*\n/m);
  if (rest.length === 0) return [["main.ts", first]];
  const names = rest.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rest[2 * index + 1] ?? ""]);
}

/** The code to paste of each has no fault that the compiler sees. */
export function expectCodeToCompile(approaches: readonly Pick<Approach, "id" | "advice">[]): void {
  const folder = mkdtempSync(join(tmpdir(), "wakerbench-advice-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const { id, advice } of approaches) {
      mkdirSync(join(folder, id));
      for (const [name, content] of filesOf(advice.code)) {
        // What imports nothing is to be a module too.
        writeFileSync(join(folder, id, name), `${content}\nexport {};\n`);
      }
    }
    const config = { extends: join(root, "tsconfig.json"), include: ["*/*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(root, "node_modules", ".bin", "tsc");
    const { stdout, exitCode } = Bun.spawnSync([compiler, "-p", folder], { cwd: folder });
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 0, stdout: "" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
