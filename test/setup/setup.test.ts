import { expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve } from "node:path";
import { arePackagesCurrent, installPackages } from "../../src/setup.ts";
import { type TemporaryFolder, temporaryFolder, thrownBy } from "./temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");

/** Everything that a module imports, with what that imports. */
function importsOf(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path) || path.endsWith(".json")) return [];
  seen.add(path);
  const source = readFileSync(path, "utf8");
  return new Bun.Transpiler({ loader: "ts" })
    .scanImports(source)
    .flatMap((found) =>
      found.path.startsWith(".") ? importsOf(resolve(path, "..", found.path), seen) : found.path,
    );
}

test.each(["src/setup.ts", "test/preload.ts"])("%s needs nothing that is installed", (name) => {
  const known = (found: string) => found.startsWith("bun:") || builtinModules.includes(found);
  const imports = importsOf(join(root, name)).map((found) => found.replace(/^node:/, ""));
  expect(imports).not.toBeEmpty();
  expect(imports.filter((found) => !known(found))).toEqual([]);
});

/** A project whose one package is itself: installed without a registry. */
function project(folder: TemporaryFolder): void {
  folder.file("package.json", '{"name":"itself","devDependencies":{"itself":"link:."}}');
  folder.file(
    "bun.lock",
    `{"lockfileVersion":1,"workspaces":{"":{"name":"itself","devDependencies":{"itself":"link:."}}},
      "packages":{"itself":["itself@root:",{}]}}`,
  );
}

function setUp(folder: TemporaryFolder) {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  return { lines, install: () => installPackages({ root: folder.path, log }) };
}

test("packages are installed once", () => {
  using folder = temporaryFolder();
  project(folder);
  const { install, lines } = setUp(folder);
  expect([install(), install()]).toEqual([true, false]);
  expect(lines).toEqual(["installing packages"]);
});

test("packages are installed again when one is gone", () => {
  using folder = temporaryFolder();
  project(folder);
  const { install } = setUp(folder);
  install();
  rmSync(join(folder.path, "node_modules", "itself"));
  expect([install(), install()]).toEqual([true, false]);
});

test("packages are out of date when the lock file has changed", () => {
  using folder = temporaryFolder();
  project(folder);
  setUp(folder).install();
  expect(arePackagesCurrent(folder.path)).toBe(true);
  folder.file("bun.lock", `${readFileSync(join(folder.path, "bun.lock"), "utf8")}\n`);
  expect(arePackagesCurrent(folder.path)).toBe(false);
});

test("packages are not out of date when a script in package.json has changed", () => {
  using folder = temporaryFolder();
  project(folder);
  setUp(folder).install();
  folder.file(
    "package.json",
    '{"name":"itself","scripts":{"x":"y"},"devDependencies":{"itself":"link:."}}',
  );
  expect(arePackagesCurrent(folder.path)).toBe(true);
});

test("an install that fails says why and what to do, and is not taken for done", () => {
  using folder = temporaryFolder();
  project(folder);
  folder.file("bun.lock", "no lock file");
  const { install } = setUp(folder);
  const thrown = thrownBy(install);
  expect(thrown).toMatchObject({
    message: expect.stringMatching(/^packages could not be installed: ./),
    remedy: expect.stringContaining("bun install"),
  });
  expect(arePackagesCurrent(folder.path)).toBe(false);
});
