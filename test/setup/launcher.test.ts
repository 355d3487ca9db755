import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

const launcher = join(import.meta.dirname, "..", "..", "bin", "wakerbench");

/** An installed package whose bundle is there, and a Bun that says how it was called. */
function install(folder: TemporaryFolder) {
  mkdirSync(join(folder.path, "package", "bin"), { recursive: true });
  const program = join(folder.path, "package", "bin", "wakerbench");
  copyFileSync(launcher, program);
  chmodSync(program, 0o755);
  return { program, bundle: folder.file("package/dist/cli.js", "") };
}

function fakeBun(folder: TemporaryFolder, name: string): string {
  return folder.program(name, `printf '%s|' ${name} "$@"`);
}

function launch(program: string, env: NodeJS.ProcessEnv = {}, ...words: string[]) {
  // The launcher itself needs readlink, and there is no Bun beside it.
  using tools = temporaryFolder();
  symlinkSync(Bun.which("readlink") ?? "", join(tools.path, "readlink"));
  const PATH = [env.PATH, tools.path].filter(Boolean).join(":");
  const ended = Bun.spawnSync([program, ...words], { env: { ...env, PATH }, stderr: "pipe" });
  return { status: ended.exitCode, out: `${ended.stdout}`, err: `${ended.stderr}` };
}

test("without Bun, one line says so and how to get it, and the status is 127", () => {
  using folder = temporaryFolder();
  const { status, out, err } = launch(install(folder).program);
  expect({ status, out }).toEqual({ status: 127, out: "" });
  expect(err).toMatch(/^error: wakerbench needs Bun: .*npm install -g bun.*https:\/\/bun\.sh\n$/);
});

test("a WAKERBENCH_BUN that names nothing is said in one line", () => {
  using folder = temporaryFolder();
  const PATH = join(folder.path, "bin");
  fakeBun(folder, "bin/bun");
  const { status, err } = launch(install(folder).program, { PATH, WAKERBENCH_BUN: "/no/bun" });
  expect({ status, err }).toEqual({
    status: 127,
    err: "error: WAKERBENCH_BUN names no program: /no/bun\n",
  });
});

test("Bun is taken from WAKERBENCH_BUN, the bunx that runs, PATH, BUN_INSTALL and HOME in turn", () => {
  using folder = temporaryFolder();
  const { program, bundle } = install(folder);
  const env: NodeJS.ProcessEnv = {
    WAKERBENCH_BUN: fakeBun(folder, "chosen/bun-canary"),
    npm_execpath: fakeBun(folder, "running/bun"),
    PATH: join(fakeBun(folder, "bin/bun"), ".."),
    BUN_INSTALL: join(fakeBun(folder, "installed/bin/bun"), "..", ".."),
    HOME: join(fakeBun(folder, "home/.bun/bin/bun"), "..", "..", ".."),
  };
  const names = [
    ["WAKERBENCH_BUN", "chosen/bun-canary"],
    ["npm_execpath", "running/bun"],
    ["PATH", "bin/bun"],
    ["BUN_INSTALL", "installed/bin/bun"],
    ["HOME", "home/.bun/bin/bun"],
  ] as const;
  for (const [variable, name] of names) {
    expect(launch(program, env).out).toBe(`${name}|${bundle}|`);
    delete env[variable];
  }
});

test("an npm that runs the launcher is not taken for Bun", () => {
  using folder = temporaryFolder();
  const npm_execpath = fakeBun(folder, "npm-cli.js");
  expect(launch(install(folder).program, { npm_execpath }).status).toBe(127);
});

test("arguments come through as they are", () => {
  using folder = temporaryFolder();
  const { program, bundle } = install(folder);
  const WAKERBENCH_BUN = fakeBun(folder, "bun");
  const { out } = launch(program, { WAKERBENCH_BUN }, "run", "a  b", "", "*", "--flag");
  expect(out).toBe(`bun|${bundle}|run|a  b||*|--flag|`);
});

test("through links of links it finds the package", () => {
  using folder = temporaryFolder();
  const { bundle } = install(folder);
  const WAKERBENCH_BUN = fakeBun(folder, "bun");
  const at = (...names: string[]) => join(folder.path, ...names);
  // As `bun install` makes them for "link:."…
  mkdirSync(at("package", "node_modules", ".bin"), { recursive: true });
  symlinkSync("..", at("package", "node_modules", "wakerbench"));
  symlinkSync("../wakerbench/bin/wakerbench", at("package", "node_modules", ".bin", "wakerbench"));
  // …and as people do, absolutely and in folders with spaces.
  mkdirSync(at("my tools"));
  symlinkSync(at("package", "node_modules", ".bin", "wakerbench"), at("my tools", "absolute"));
  symlinkSync("absolute", at("my tools", "wb"));
  for (const program of [
    at("package", "node_modules", ".bin", "wakerbench"),
    at("my tools", "absolute"),
    at("my tools", "wb"),
  ]) {
    expect(launch(program, { WAKERBENCH_BUN }).out).toBe(`bun|${bundle}|`);
  }
});

test("in a checkout without packages it installs them first, and else starts at once", () => {
  using folder = temporaryFolder();
  const { program, bundle } = install(folder);
  const root = join(bundle, "..", "..");
  Bun.spawnSync(["rm", "-r", join(root, "dist")]);
  const WAKERBENCH_BUN = fakeBun(folder, "bun");
  const started = `bun|${root}/src/cli.ts|--help|`;
  const { out } = launch(program, { WAKERBENCH_BUN }, "--help");
  expect(out).toBe(`bun|${root}/src/setup.ts|--packages|${started}`);
  mkdirSync(join(root, "node_modules", "citty"), { recursive: true });
  expect(launch(program, { WAKERBENCH_BUN }, "--help").out).toBe(started);
});

test("in a checkout that was packed it runs the sources, not the bundle of them", () => {
  using folder = temporaryFolder();
  const { program } = install(folder);
  const sources = folder.file("package/src/cli.ts", "");
  folder.file("package/node_modules/citty/package.json", "{}");
  const WAKERBENCH_BUN = fakeBun(folder, "bun");
  expect(launch(program, { WAKERBENCH_BUN }).out).toBe(`bun|${sources}|`);
});

test("when packages cannot be installed it ends with that status", () => {
  using folder = temporaryFolder();
  const { program, bundle } = install(folder);
  Bun.spawnSync(["rm", "-r", join(bundle, "..")]);
  const WAKERBENCH_BUN = folder.program("bun", "echo tried; exit 9");
  expect(launch(program, { WAKERBENCH_BUN })).toEqual({ status: 9, out: "tried\n", err: "" });
});
