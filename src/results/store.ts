import {
  existsSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf, WakerbenchError } from "../errors.ts";
import { dataDirectory } from "./data-directory.ts";
import { type Results, resultsSchema } from "./schema.ts";

/** Where the last run is always kept. */
export function latestPath(): string {
  return join(dataDirectory(), "results", "latest.json");
}

/** Keeps a run as the latest. Returns its path. */
export function keepLatest(results: Results): string {
  const path = latestPath();
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, `${JSON.stringify(results)}\n`);
  return path;
}

/**
 * Writes text or bytes whole or not at all: a full disk leaves no half of a file, and no temporary one. A
 * symbolic link stays one, and what it leads to is written; a device or a pipe is written in place.
 *
 * @throws the error of the file system
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const target = followLinks(path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    writeFileSync(target, content);
    return;
  }
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

const mostLinks = 40;

/** Where a path leads, be there a file or not; realpath(3) knows only what is there. */
function followLinks(path: string): string {
  let target = path;
  for (let links = 0; links < mostLinks; links++) {
    try {
      target = resolve(dirname(target), readlinkSync(target));
    } catch {
      return target;
    }
  }
  throw new Error(`${path} leads through too many symbolic links`);
}

/**
 * Reads a results file and checks it against the schema; `latest` names the last run.
 *
 * @throws WakerbenchError RESULTS_BAD
 */
export async function readResults(pathOrLatest: string): Promise<Results> {
  const path = pathOrLatest === "latest" ? latestPath() : pathOrLatest;
  const remedy = "name a JSON file that wakerbench --export wrote, or `latest`";
  if (pathOrLatest === "latest" && !existsSync(path)) {
    throw new WakerbenchError("RESULTS_BAD", `no run is kept yet: there is no ${path}`, {
      remedy: "measure first, with wakerbench compare, or name a results file",
    });
  }
  let parsed: unknown;
  try {
    parsed = await Bun.file(path).json();
  } catch (cause) {
    const message = `${path} cannot be read: ${messageOf(cause)}`;
    throw new WakerbenchError("RESULTS_BAD", message, { remedy, cause });
  }
  const checked = resultsSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const version = laterVersionIn(parsed);
  if (version !== null) {
    const message = `${path} was written by a newer wakerbench: its schemaVersion is ${version}`;
    throw new WakerbenchError("RESULTS_BAD", message, {
      remedy: "read it with that version, or measure again with this one",
    });
  }
  const [issue] = checked.error.issues;
  const reason = [...(issue?.path.length ? [issue.path.join(".")] : []), issue?.message].join(" ");
  throw new WakerbenchError("RESULTS_BAD", `${path} is no results file: ${reason}`, { remedy });
}

/** The version of a results file that is newer than what is read here; null of all else. */
function laterVersionIn(parsed: unknown): number | null {
  const isOurs =
    typeof parsed === "object" &&
    parsed !== null &&
    "schemaVersion" in parsed &&
    "series" in parsed;
  const version = isOurs ? parsed.schemaVersion : null;
  return typeof version === "number" && version > resultsSchema.shape.schemaVersion.value
    ? version
    : null;
}
