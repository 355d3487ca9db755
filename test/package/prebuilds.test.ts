import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/entry.ts";
import { prebuiltPlatforms } from "../../src/native/platform.ts";
import { prebuiltPath } from "../../src/package/prebuilds.ts";
import { type TemporaryFolder, temporaryFolder } from "../setup/temporary-folder.ts";
import { run, tarball, unpack, version } from "./tarball.ts";

// The first program for a target has Zig build a C library's start code.
setDefaultTimeout(240_000);

/** Linux for which the package has a library, as Zig and as file(1) call it. */
const targets = {
  "linux-x64": { zig: "x86_64-linux-gnu.2.17", loader: "/lib64/ld-linux-x86-64.so.2" },
  "linux-arm64": { zig: "aarch64-linux-gnu.2.17", loader: "/lib/ld-linux-aarch64.so.1" },
  "linux-x64-musl": { zig: "x86_64-linux-musl", loader: "/lib/ld-musl-x86_64.so.1" },
  "linux-arm64-musl": { zig: "aarch64-linux-musl", loader: "/lib/ld-musl-aarch64.so.1" },
} as const;

const kinds: Readonly<Record<string, RegExp>> = {
  "linux-x64": /^ELF 64-bit LSB shared object, x86-64,.* dynamically linked, stripped$/,
  "linux-arm64": /^ELF 64-bit LSB shared object, ARM aarch64,.* dynamically linked, stripped$/,
  "linux-x64-musl": /^ELF 64-bit LSB shared object, x86-64,.* dynamically linked, stripped$/,
  "linux-arm64-musl": /^ELF 64-bit LSB shared object, ARM aarch64,.* dynamically linked, stripped$/,
  "darwin-x64": /^Mach-O 64-bit x86_64 dynamically linked shared library/,
  "darwin-arm64": /^Mach-O 64-bit arm64 dynamically linked shared library/,
};

/** Where the other C libraries may lie: as Debian has them, and as .ci/run unpacks them. */
const roots = ["/usr/aarch64-linux-gnu", join(packageRoot, ".cache", "musl-arm64")];

/**
 * The command in front of a program for a target: none where the machine runs it itself, else an emulator.
 *
 * @returns nothing where it cannot be run here
 */
function runner(target: keyof typeof targets): readonly string[] | undefined {
  const { loader } = targets[target];
  if (process.platform !== "linux") return undefined;
  if (target.includes(process.arch)) return existsSync(loader) ? [] : undefined;
  const emulator = target.includes("arm64") ? "qemu-aarch64" : "qemu-x86_64";
  const found = Bun.which(emulator) ?? Bun.which(`${emulator}-static`);
  const root = roots.find((folder) => existsSync(join(folder, loader)));
  return found === null || root === undefined ? undefined : [found, "-L", root];
}

describe.skipIf(tarball === undefined)("the packed libraries", () => {
  let folder: TemporaryFolder;
  let root: string;
  beforeAll(() => {
    folder = temporaryFolder();
    root = unpack(folder);
  });
  afterAll(() => folder[Symbol.dispose]());

  const file = Bun.which("file");
  if (file === null && tarball !== undefined) console.warn("SKIPPED: there is no file(1) here");
  test.skipIf(file === null)("are of the kind that file tells", () => {
    for (const platform of prebuiltPlatforms) {
      const { stdout } = run(["file", "-b", prebuiltPath(root, platform)], root, process.env);
      expect({ platform, kind: stdout.trim() }).toMatchObject({
        platform,
        kind: expect.stringMatching(kinds[platform] ?? /^$/),
      });
    }
  });

  for (const target of Object.keys(targets) as (keyof typeof targets)[]) {
    const prefix = runner(target);
    if (prefix === undefined && tarball !== undefined) {
      console.warn(
        `SKIPPED: ${target} cannot be run here; musl, qemu-user and libc6-arm64-cross are for it`,
      );
    }
    test.skipIf(prefix === undefined)(
      `${target}: threads, a futex and an eventfd do their work`,
      () => {
        const program = join(folder.path, `use-${target}`);
        const source = join(import.meta.dirname, "use-library.c");
        const flags = ["-O1", "-dynamic", "-pthread", "-o", program, source, "-ldl"];
        const zig = join(packageRoot, "src", "native", "run-zig.ts");
        const compile = [process.execPath, zig, "cc", "-target", targets[target].zig, ...flags];
        expect(run(compile, packageRoot, process.env)).toMatchObject({ exitCode: 0 });
        const used = [...(prefix ?? []), program, prebuiltPath(root, target), version];
        expect(run(used, root, process.env)).toEqual({ exitCode: 0, stdout: "used\n", stderr: "" });
      },
    );
  }
});
