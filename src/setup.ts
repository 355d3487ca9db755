import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "./entry.ts";
import { messageOf } from "./errors.ts";
import { ensureLibrary } from "./native/build.ts";

// This runs before packages are installed, so it imports built-ins only, here and further down.

/** What to make ready; all have defaults. */
export interface SetupOptions {
  /** The checkout. */
  root?: string;
  env?: NodeJS.ProcessEnv;
  /** Gets one short line before something that takes time. */
  log?: (line: string) => void;
}

/** What had to be done. */
export interface Prepared {
  packagesInstalled: boolean;
  libraryBuilt: boolean;
}

/** Whether the packages in node_modules are those that the lock file and package.json ask for. */
export function arePackagesCurrent(root: string = packageRoot): boolean {
  const { names, hash } = wantedPackages(root);
  const folder = join(root, "node_modules");
  const stamp = stampPath(root);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) return false;
  return names.every((name) => existsSync(join(folder, name)));
}

/**
 * Installs packages when they are missing, or when what is wanted has changed since.
 *
 * @returns whether anything was installed: too late for the modules of this process.
 */
export function installPackages(options: SetupOptions = {}): boolean {
  const { root = packageRoot, env = process.env, log = logToStderr } = options;
  if (arePackagesCurrent(root)) return false;
  log("installing packages");
  const ended = Bun.spawnSync({
    // Under npx there is no `bun` to be relied on but the one that runs.
    cmd: [process.execPath, "install", "--frozen-lockfile"],
    cwd: root,
    env,
    stdin: "ignore",
    stderr: "pipe",
  });
  if (!ended.success) throw installFailure(root, `${ended.stderr}${ended.stdout}`);
  writeFileSync(stampPath(root), wantedPackages(root).hash);
  return true;
}

/**
 * Makes a checkout ready: packages, then the native library.
 *
 * @throws WakerbenchError ZIG_NOT_FOUND, ZIG_BUILD_FAILED
 */
export function prepare(options: SetupOptions & { forceBuild?: boolean } = {}): Prepared {
  const { forceBuild: force = false, log = logToStderr, ...places } = options;
  const packagesInstalled = installPackages({ ...places, log });
  return { packagesInstalled, libraryBuilt: ensureLibrary({ ...places, force, log }).built };
}

/** Tells a user what failed and what to do, and how it came only to those who ask for it. */
export function printFailure(thrown: unknown, env: NodeJS.ProcessEnv = process.env): void {
  logToStderr(`error: ${messageOf(thrown)}`);
  if (thrown instanceof Error && "remedy" in thrown) logToStderr(`remedy: ${thrown.remedy}`);
  if (env.WAKERBENCH_DEBUG === "1") logToStderr(Bun.inspect(thrown));
}

function installFailure(root: string, output: string): Error {
  const lines = output.trim().split("\n");
  const line = lines.find((candidate) => candidate.includes("error:")) ?? lines.at(-1) ?? "";
  const remedy = output.includes("lockfile version")
    ? `Bun ${Bun.version} is too old for bun.lock: run \`npx -y bun@latest src/setup.ts\` in ${root}`
    : `run \`bun install\` in ${root} and mend what it says`;
  const reason = line.replace(/^error: /, "");
  return Object.assign(new Error(`packages could not be installed: ${reason}`), { remedy });
}

/** What is to be installed: its direct packages, and a hash of all that decides the rest. */
function wantedPackages(root: string): { names: string[]; hash: string } {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  const hash = createHash("sha256")
    .update(`${process.platform}-${process.arch}\0${JSON.stringify(wanted)}\0`)
    .update(readFileSync(join(root, "bun.lock")))
    .digest("hex");
  return { names: Object.keys(wanted), hash };
}

function stampPath(root: string): string {
  return join(root, "node_modules", ".wakerbench-lock");
}

function logToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

function main(): void {
  const { values } = parseArgs({
    strict: true,
    // Packages alone: enough for what needs no library, as the launcher's --help.
    options: { build: { type: "boolean" }, packages: { type: "boolean" } },
  });
  if (values.packages) installPackages();
  else prepare({ forceBuild: values.build ?? false });
}

if (import.meta.main) {
  try {
    main();
  } catch (thrown) {
    printFailure(thrown);
    process.exitCode = 1;
  }
}
