import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../entry.ts";
import { WakerbenchError } from "../errors.ts";
import { libraryFileName } from "./library.ts";
import { findZig, type Zig } from "./zig.ts";

/** How to build the library; all have defaults. */
export interface BuildOptions {
  /** The checkout. */
  root?: string;
  env?: NodeJS.ProcessEnv;
  /** Builds although nothing changed. */
  force?: boolean;
  /** Gets one short line before something that takes time. */
  log?: (line: string) => void;
}

/** Where the library is, and whether it was built just now. */
export interface BuiltLibrary {
  path: string;
  built: boolean;
}

/** Whether the library can be built here: a packed tarball holds no Zig sources. */
export function isCheckout(root: string = packageRoot): boolean {
  return existsSync(join(root, "build.zig")) && existsSync(join(root, "zig"));
}

/**
 * Whether the library is there and was built from the sources as they are now. It compares contents,
 * so neither a checkout of another branch nor a library that was built by hand is taken for current.
 */
export function isLibraryCurrent(root: string = packageRoot): boolean {
  const recorded = readText(fingerprintPath(root));
  return recorded !== undefined && recorded === fingerprint(root, hashSources(root));
}

/**
 * Builds the library when it is missing or stale, and takes a few milliseconds when it is not: Zig
 * is not even looked for. `$WAKERBENCH_LIBRARY` stands for a library that somebody else builds.
 *
 * @throws WakerbenchError ZIG_NOT_FOUND, ZIG_BUILD_FAILED
 */
export function ensureLibrary(options: BuildOptions = {}): BuiltLibrary {
  const { root = packageRoot, env = process.env, force = false, log = () => {} } = options;
  if (env.WAKERBENCH_LIBRARY) return { path: env.WAKERBENCH_LIBRARY, built: false };
  const path = libraryPath(root);
  if (!force && isLibraryCurrent(root)) return { path, built: false };

  const zig = findZig({ root, env, log });
  log("building the native library");
  // Hashed before the build: what is edited meanwhile is stale afterwards.
  const sources = hashSources(root);
  build(root, zig, env, log);
  replaceFile(fingerprintPath(root), fingerprint(root, sources) ?? "");
  return { path, built: true };
}

/** Builds into a prefix of its own, so that two processes at once never see half of a library. */
function build(root: string, zig: Zig, env: NodeJS.ProcessEnv, log: (line: string) => void): void {
  mkdirSync(join(root, "zig-out", "lib"), { recursive: true });
  const prefix = mkdtempSync(join(root, "zig-out", ".staging-"));
  try {
    runZig(root, zig, prefix, env, log);
    renameSync(join(prefix, "lib", libraryFileName()), libraryPath(root));
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}

/** Zig's caches in the checkout. By environment, because 0.17 has no flag for the global one. */
export function zigCaches(root: string = packageRoot): Record<string, string> {
  return {
    ZIG_LOCAL_CACHE_DIR: join(root, ".zig-cache"),
    ZIG_GLOBAL_CACHE_DIR: join(root, ".cache", "zig-global"),
  };
}

function runZig(
  root: string,
  zig: Zig,
  prefix: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): void {
  const cmd = [...zig.command, "build", "--prefix", prefix, "--color", "off"];
  const ended = Bun.spawnSync({
    cmd,
    cwd: root,
    env: { ...env, ...zigCaches(root) },
    stdin: "ignore",
    stderr: "pipe",
  });
  if (ended.success) return;

  const output = `${ended.stderr}${ended.stdout}`.trim();
  const debug = env.WAKERBENCH_DEBUG === "1";
  if (debug) log(output);
  const ending = ended.signalCode ?? `status ${ended.exitCode}`;
  throw new WakerbenchError(
    "ZIG_BUILD_FAILED",
    `Zig ${zig.version} could not build the library: ${firstError(output) ?? ending}`,
    {
      remedy: debug
        ? "mend what it names; its whole output is above"
        : "mend what it names; WAKERBENCH_DEBUG=1 shows the whole output",
    },
  );
}

function firstError(output: string): string | undefined {
  const lines = output.split("\n");
  return (lines.find((line) => /\berror:/.test(line)) ?? lines.find((line) => line !== ""))?.trim();
}

function libraryPath(root: string): string {
  return join(root, "zig-out", "lib", libraryFileName());
}

function fingerprintPath(root: string): string {
  return join(root, "zig-out", "lib", ".fingerprint");
}

/** What the library was built from and what came of it; nothing when there is no library. */
function fingerprint(root: string, sources: string): string | undefined {
  try {
    const library = createHash("sha256")
      .update(readFileSync(libraryPath(root)))
      .digest("hex");
    return `sources ${sources}\nlibrary ${library}\n`;
  } catch {
    return undefined;
  }
}

function hashSources(root: string): string {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\0`);
  const sources = readdirSync(join(root, "zig"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  for (const name of ["build.zig", "build.zig.zon", ...sources.sort()]) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function replaceFile(path: string, content: string): void {
  const staging = `${path}-${process.pid}`;
  writeFileSync(staging, content);
  renameSync(staging, path);
}
