import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../entry.ts";
import { messageOf, WakerbenchError } from "../errors.ts";

/** The version that is fetched when no other is found: the one with the quickest first build. */
const pinnedZigVersion = "0.16.0";

/** Where a Zig was found. */
type ZigOrigin = "$ZIG" | "PATH" | "python3 -m ziglang" | "pip";

/** A Zig that can build the library. */
export interface Zig {
  /** What runs it, before its own arguments. */
  readonly command: readonly string[];
  readonly version: string;
  readonly origin: ZigOrigin;
}

/** Where to look for Zig. */
export interface ZigSearch {
  /** The checkout, in whose `.cache` a fetched Zig is kept. */
  root?: string;
  env?: NodeJS.ProcessEnv;
  /** Gets one short line before something that takes time. */
  log?: (line: string) => void;
}

/** Why one way to find Zig led to none: a whole phrase, for the error that names all ways. */
interface Miss {
  readonly miss: string;
}

type Place = Required<ZigSearch>;

const hourMs = 3_600_000;

/**
 * Finds Zig: `$ZIG`, `zig` on PATH, `python3 -m ziglang`, else the pinned version from PyPI, which
 * is kept in the checkout's own `.cache` because a system Python may refuse anything else.
 *
 * @throws WakerbenchError ZIG_NOT_FOUND, which names all that was tried.
 */
export function findZig(search: ZigSearch = {}): Zig {
  const place: Place = {
    root: search.root ?? packageRoot,
    env: search.env ?? process.env,
    log: search.log ?? (() => {}),
  };
  const named = place.env.ZIG;
  if (named !== undefined && named !== "") return namedZig(named, place);

  const misses = ["$ZIG is not set"];
  for (const look of [zigOnPath, zigAsModule, zigFromPip]) {
    const found = look(place);
    if (!("miss" in found)) return found;
    misses.push(found.miss);
  }
  throw new WakerbenchError("ZIG_NOT_FOUND", `found no Zig 0.16 or 0.17: ${misses.join("; ")}`, {
    remedy: `install Zig ${pinnedZigVersion}, or python3 with pip; or let ZIG name the program`,
  });
}

function namedZig(named: string, { env }: Place): Zig {
  const path = named.includes("/") ? resolve(named) : which(named, env);
  const found = path === undefined ? { miss: "it is not on PATH" } : probe([path], "$ZIG", env);
  if (!("miss" in found)) return found;
  throw new WakerbenchError("ZIG_NOT_FOUND", `ZIG names ${named}, but ${found.miss}`, {
    remedy: "unset ZIG, or let it name a Zig 0.16 or 0.17",
  });
}

function zigOnPath({ env }: Place): Zig | Miss {
  const path = which("zig", env);
  if (path === undefined) return { miss: "zig is not on PATH" };
  const found = probe([path], "PATH", env);
  return "miss" in found ? { miss: `zig on PATH: ${found.miss}` } : found;
}

function zigAsModule({ env }: Place): Zig | Miss {
  const python = which("python3", env);
  if (python === undefined) return { miss: "python3 -m ziglang: python3 is not on PATH" };
  const found = probe([python, "-m", "ziglang"], "python3 -m ziglang", env);
  return "miss" in found ? { miss: `python3 -m ziglang: ${found.miss}` } : found;
}

function zigFromPip(place: Place): Zig | Miss {
  const target = join(place.root, ".cache", "zig", pinnedZigVersion);
  const program = join(target, "ziglang", "zig");
  if (existsSync(program)) {
    const kept = probe([program], "pip", place.env);
    if (!("miss" in kept)) return kept;
  }
  // It may be half gone, or of another platform.
  rmSync(target, { recursive: true, force: true });
  const python = which("python3", place.env);
  if (python === undefined) return { miss: "pip install ziglang: python3 is not on PATH" };
  place.log(`fetching Zig ${pinnedZigVersion} (once)`);
  const failure = fetchInto(target, python, place.env);
  if (failure !== undefined) return { miss: `pip install ziglang: ${failure}` };
  const found = probe([program], "pip", place.env);
  return "miss" in found ? { miss: `pip install ziglang: ${found.miss}` } : found;
}

/**
 * Installs the pinned Zig beside its target and renames it, so that an interrupted install is never
 * taken for a whole one. Returns what went wrong, if anything did.
 */
function fetchInto(target: string, python: string, env: NodeJS.ProcessEnv): string | undefined {
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  sweepStaging(folder);
  const staging = mkdtempSync(join(folder, ".staging-"));
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"];
    const wanted = ["--target", staging, `ziglang==${pinnedZigVersion}`];
    const pip = run([python, "-m", "pip", "install", ...options, ...wanted], env);
    if (pip.status !== 0) return lastLine(pip.stderr) ?? `ended with ${pip.status}`;
    if (!existsSync(join(staging, "ziglang", "zig"))) return "the package holds no zig";
    renameSync(staging, target);
    return undefined;
  } catch (thrown) {
    // Another process was quicker: its copy is as good as ours.
    return existsSync(join(target, "ziglang", "zig")) ? undefined : messageOf(thrown);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Removes what installs left behind that were killed long ago. */
function sweepStaging(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(".staging-") || Date.now() - statSync(path).mtimeMs < hourMs) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

/** Asks a Zig for its version and takes it only when the library builds with that. */
function probe(command: readonly string[], origin: ZigOrigin, env: NodeJS.ProcessEnv): Zig | Miss {
  const answer = run([...command, "version"], env);
  if (answer.status !== 0)
    return { miss: lastLine(answer.stderr) ?? `ended with ${answer.status}` };
  const version = answer.stdout.trim();
  if (/^0\.(16|17)\.\d+$/.test(version)) return { command, version, origin };
  return { miss: `it is ${version === "" ? "of no version" : version}` };
}

function which(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return Bun.which(name, { PATH: env.PATH ?? "" }) ?? undefined;
}

function run(command: string[], env: NodeJS.ProcessEnv) {
  try {
    const ended = Bun.spawnSync({ cmd: command, env, stdin: "ignore", stderr: "pipe" });
    const status = ended.exitCode ?? ended.signalCode ?? "no status";
    return { status, stdout: ended.stdout.toString(), stderr: ended.stderr.toString() };
  } catch {
    return { status: "no start", stdout: "", stderr: "it cannot be started" };
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1)?.trim() || undefined;
}
