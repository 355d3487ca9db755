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
  const [issue] = checked.error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new WakerbenchError(
    "RESULTS_BAD",
    `${path} is no results file: ${place} ${issue?.message}`,
    {
      remedy,
    },
  );
}
