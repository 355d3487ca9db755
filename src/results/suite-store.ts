import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, WakerbenchError } from "../errors.ts";
import { dataDirectory } from "./data-directory.ts";
import type { Results } from "./schema.ts";
import { readResults, writeWhole } from "./store.ts";

/** Where a suite is kept while it runs, and the last one afterwards. */
export function suitePath(): string {
  return join(dataDirectory(), "results", "suite.json");
}

/** Keeps what a suite has measured so far. Whoever reads meanwhile sees what was kept before, whole. */
export function keepSuite(results: Results): void {
  writeWhole(suitePath(), `${JSON.stringify(results)}\n`);
}

/**
 * The last suite, which has something left to measure.
 *
 * @throws WakerbenchError RESUME_IMPOSSIBLE where there is none; RESULTS_BAD
 */
export async function readUnfinishedSuite(): Promise<Results> {
  const path = suitePath();
  if (!(await Bun.file(path).exists())) {
    throw new WakerbenchError("RESUME_IMPOSSIBLE", "no suite was interrupted here", {
      remedy: "begin one with `wakerbench suite`",
    });
  }
  const results = await readResults(path);
  const isWhole = !results.partial && results.scenarios?.every(({ status }) => status === "whole");
  if (isWhole !== true) return results;
  throw new WakerbenchError(
    "RESUME_IMPOSSIBLE",
    `the last suite, of ${results.startedAt}, is whole: nothing is left of it`,
    { remedy: "begin another with `wakerbench suite`, or see `wakerbench report latest`" },
  );
}

/**
 * Makes room for another suite: one that was cut off may be the only place of what it measured.
 *
 * @returns where it is now; null where there is nothing to be lost
 */
export async function setUnfinishedAside(): Promise<string | null> {
  const unfinished = await readUnfinishedSuite().catch(() => null);
  // One that came to its end is the latest run, whatever failed in it.
  if (unfinished === null || !unfinished.partial || unfinished.series.length === 0) return null;
  const stamp = unfinished.startedAt.replaceAll(":", "-");
  const aside = join(dirname(suitePath()), `suite-${stamp}.json`);
  renameSync(suitePath(), aside);
  return aside;
}

/** Who runs a suite. */
type Owner = { readonly pid: number; readonly bornAt: string };

/**
 * One suite at a time in one data directory: a second one would spoil what both of them measure. The lock of a
 * program that is gone is nobody's.
 */
export class SuiteLock implements Disposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws WakerbenchError SUITE_RUNNING; EXPORT_FAILED where the directory cannot be written */
  static take(): SuiteLock {
    const path = join(dirname(suitePath()), "suite.lock");
    try {
      mkdirSync(dirname(path), { recursive: true });
      const owner = ownerOf(path);
      if (owner !== null && isAlive(owner)) throw running(owner);
      rmSync(path, { force: true });
      const mine: Owner = { pid: process.pid, bornAt: birthOf(process.pid) };
      writeFileSync(path, JSON.stringify(mine), { flag: "wx" });
      return new SuiteLock(path);
    } catch (cause) {
      if (cause instanceof WakerbenchError) throw cause;
      // Another one was quicker by a moment.
      const owner = ownerOf(path);
      if ((cause as NodeJS.ErrnoException).code === "EEXIST" && owner !== null) {
        throw running(owner);
      }
      throw new WakerbenchError(
        "EXPORT_FAILED",
        `${dirname(path)} cannot be written: ${messageOf(cause)}`,
        { remedy: "set WAKERBENCH_DATA_DIR to a directory that can be written", cause },
      );
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { force: true });
  }
}

function running({ pid }: Owner): WakerbenchError {
  return new WakerbenchError("SUITE_RUNNING", `process ${pid} is running a suite already`, {
    remedy: `wait for its end, or end it with \`kill -INT ${pid}\``,
  });
}

/** Null where there is no lock, or what is there is none. */
function ownerOf(path: string): Owner | null {
  try {
    const { pid, bornAt } = JSON.parse(readFileSync(path, "utf8"));
    return { pid: Number(pid), bornAt: String(bornAt) };
  } catch {
    return null;
  }
}

function isAlive({ pid, bornAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is there, too.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return birthOf(pid) === bornAt;
}

/**
 * When a process began, in ticks since the start of the machine (proc(5), field 22 of stat): its number may be
 * another's by now. Empty where the platform does not say, and of one that is dead and not yet buried.
 */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it may have spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}
