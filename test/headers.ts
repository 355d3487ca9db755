import { expect, test } from "bun:test";
import { join } from "node:path";

/** A header of the package. */
export function headerPath(name: string): string {
  return join(import.meta.dirname, "..", "include", name);
}

const dialects = [
  ["cc", "c99", "c"],
  ["cc", "c11", "c"],
  ["c++", "c++11", "c++"],
  ["c++", "c++20", "c++"],
] as const;

/**
 * Tests that a program compiles without a warning in every dialect that a library may be written in.
 *
 * @param source includes the header, and holds its layout against what is agreed
 */
export function testHeader(source: string): void {
  for (const [name, standard, language] of dialects) {
    const compiler = Bun.which(name);
    if (compiler === null) {
      console.warn(`SKIPPED: the header is not tested with ${standard}: there is no ${name} here`);
    }
    test.skipIf(compiler === null)(
      `the header is clean and laid out as agreed, ${standard}`,
      () => {
        const flags = [
          `-std=${standard}`,
          "-Wall",
          "-Wextra",
          "-pedantic",
          "-Werror",
          "-fsyntax-only",
        ];
        const { exitCode, stderr } = Bun.spawnSync(
          [compiler ?? "", ...flags, "-x", language, "-"],
          {
            stdin: Buffer.from(source),
            stderr: "pipe",
          },
        );
        expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
      },
    );
  }
}
