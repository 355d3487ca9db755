import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { WakerbenchError } from "../../src/errors.ts";
import { ensureLibrary, isCheckout, isLibraryCurrent } from "../../src/native/build.ts";
import { libraryFileName } from "../../src/native/library.ts";
import { type TemporaryFolder, temporaryFolder, thrownBy } from "./temporary-folder.ts";

/** A checkout with a Zig that writes down how often it was asked for anything. */
function checkout(folder: TemporaryFolder, body?: string) {
  folder.file("build.zig", "build");
  folder.file("build.zig.zon", "manifest");
  folder.file("zig/root.zig", "root");
  folder.file("zig/deeper/ring.zig", "ring");
  const calls = join(folder.path, "calls");
  const build = body ?? `mkdir -p "$3/lib"; echo "built $#" > "$3/lib/${libraryFileName()}"`;
  const ZIG = folder.program(
    "fake-zig",
    `echo "$1" >> ${calls}\nif [ "$1" = version ]; then echo 0.16.0; exit; fi\n${build}`,
  );
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  return {
    lines,
    ensure: (force = false, env: NodeJS.ProcessEnv = {}) =>
      ensureLibrary({ root: folder.path, env: { ZIG, ...env }, force, log }),
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
  };
}

test("a missing library is built, and the second time nothing is even looked for", () => {
  using folder = temporaryFolder();
  const { ensure, calls, lines } = checkout(folder);
  const path = join(folder.path, "zig-out", "lib", libraryFileName());
  expect(isLibraryCurrent(folder.path)).toBe(false);
  expect(ensure()).toEqual({ path, built: true });
  expect(ensure()).toEqual({ path, built: false });
  expect(isLibraryCurrent(folder.path)).toBe(true);
  expect(calls()).toEqual(["version", "build"]);
  expect(lines).toEqual(["building the native library"]);
});

test.each(["build.zig", "build.zig.zon", "zig/root.zig", "zig/deeper/ring.zig", "zig/new.zig"])(
  "a change in %s makes the library stale, once",
  (name) => {
    using folder = temporaryFolder();
    const { ensure, calls } = checkout(folder);
    ensure();
    folder.file(name, "changed");
    expect(ensure().built).toBe(true);
    expect(ensure().built).toBe(false);
    expect(calls().filter((call) => call === "build")).toHaveLength(2);
  },
);

test("a source that is only touched does not make the library stale", () => {
  using folder = temporaryFolder();
  const { ensure } = checkout(folder);
  ensure();
  folder.file("zig/root.zig", "root");
  expect(ensure().built).toBe(false);
});

test("a source that is removed makes the library stale", () => {
  using folder = temporaryFolder();
  const { ensure } = checkout(folder);
  ensure();
  rmSync(join(folder.path, "zig", "deeper", "ring.zig"));
  expect(ensure().built).toBe(true);
});

test("a library that something else wrote is built anew", () => {
  using folder = temporaryFolder();
  const { ensure } = checkout(folder);
  folder.file(`zig-out/lib/${libraryFileName()}`, "a debug build");
  expect(ensure().built).toBe(true);
  folder.file(`zig-out/lib/${libraryFileName()}`, "");
  expect(ensure().built).toBe(true);
});

test("a library that is current is built when that is forced", () => {
  using folder = temporaryFolder();
  const { ensure } = checkout(folder);
  ensure();
  expect(ensure(true).built).toBe(true);
});

test("a library that $WAKERBENCH_LIBRARY names is left to whoever set it", () => {
  using folder = temporaryFolder();
  const { ensure, calls } = checkout(folder);
  const named = ensure(false, { WAKERBENCH_LIBRARY: "/elsewhere.so" });
  expect(named).toEqual({ path: "/elsewhere.so", built: false });
  expect(calls()).toEqual([]);
});

const failing = 'echo "steps failed"; echo "zig/root.zig:3:5: error: expected ;" >&2; exit 2';

test("a failed build says the first error in one line and leaves nothing behind", () => {
  using folder = temporaryFolder();
  const { ensure, lines } = checkout(folder, failing);
  const thrown = thrownBy(() => ensure()) as WakerbenchError;
  expect(thrown.code).toBe("ZIG_BUILD_FAILED");
  expect(thrown.message).toEndWith("zig/root.zig:3:5: error: expected ;");
  expect(thrown.remedy).toContain("WAKERBENCH_DEBUG=1");
  expect(lines.join("\n")).not.toContain("steps failed");
  expect(isLibraryCurrent(folder.path)).toBe(false);
  expect(readdirSync(join(folder.path, "zig-out"))).toEqual(["lib"]);
});

test("WAKERBENCH_DEBUG=1 shows the whole output of a failed build", () => {
  using folder = temporaryFolder();
  const { ensure, lines } = checkout(folder, failing);
  expect(() => ensure(false, { WAKERBENCH_DEBUG: "1" })).toThrow("expected ;");
  expect(lines.join("\n")).toContain("steps failed");
});

test("a build that fails keeps the library that was there, as a stale one", () => {
  using folder = temporaryFolder();
  checkout(folder).ensure();
  const { ensure } = checkout(folder, failing);
  folder.file("zig/root.zig", "changed");
  expect(() => ensure()).toThrow();
  expect(existsSync(join(folder.path, "zig-out", "lib", libraryFileName()))).toBe(true);
  expect(isLibraryCurrent(folder.path)).toBe(false);
});

test("a folder without Zig sources is no checkout", () => {
  using folder = temporaryFolder();
  expect(isCheckout(folder.path)).toBe(false);
  checkout(folder);
  expect(isCheckout(folder.path)).toBe(true);
});
