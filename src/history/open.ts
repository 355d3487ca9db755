import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SQL } from "bun";
import { messageOf, WakerbenchError } from "../errors.ts";
import { migrate, newestVersion, versionOf } from "./migrations.ts";
import { describeTarget, type HistoryTarget, withoutSecrets } from "./target.ts";

/** How long a database may take: one that is silent must not hold a command for ever. */
type Patience = { readonly connectSeconds: number; readonly wholeSeconds: number };

const usualPatience: Patience = { connectSeconds: 5, wholeSeconds: 20 };
/** How long one process waits for another that writes to the same file. */
const busyTimeoutMs = 5_000;

/**
 * Opens the history, brings its tables up to date, does the work and closes it. A file that is not there is made
 * only by who writes; who reads finds no run.
 *
 * @returns what `work` returns
 * @throws WakerbenchError HISTORY_FAILED with the reason, without what is secret in the target; and what `work`
 *   throws of its own
 */
export async function withHistory<T>(
  target: HistoryTarget,
  access: "read" | "write",
  work: (sql: SQL) => Promise<T>,
  patience = usualPatience,
): Promise<T> {
  let sql: SQL | undefined;
  try {
    const opened = open(target, access, patience);
    sql = opened;
    const done = prepare(opened).then(() => work(opened));
    return await withinTime(done, patience);
  } catch (error) {
    if (error instanceof WakerbenchError) throw error;
    throw failure(error, target);
  } finally {
    await sql?.close({ timeout: 0 }).catch(() => {});
  }
}

function open(target: HistoryTarget, access: "read" | "write", patience: Patience): SQL {
  if (target.kind === "postgres") {
    return new SQL(target.url, { max: 1, connectionTimeout: patience.connectSeconds });
  }
  const { path } = target;
  if (access === "read" && !existsSync(path))
    return new SQL({ adapter: "sqlite", filename: ":memory:" });
  if (access === "write") mkdirSync(dirname(path), { recursive: true });
  return new SQL({ adapter: "sqlite", filename: path });
}

/** @throws WakerbenchError HISTORY_FAILED: the tables are those of a later version */
async function prepare(sql: SQL): Promise<void> {
  // The journal is SQLite's usual one: its write-ahead log cannot be shared over a network's file system, where homes may be.
  if (sql.options.adapter === "sqlite") await sql.unsafe(`pragma busy_timeout = ${busyTimeoutMs}`);
  const version = await versionOf(sql).catch((error: unknown) => {
    if (isMissingTable(error)) return 0;
    throw error;
  });
  if (version > newestVersion) {
    throw new WakerbenchError(
      "HISTORY_FAILED",
      "the history was written by a later version of wakerbench",
      {
        remedy: "update wakerbench, or name another history in WAKERBENCH_HISTORY",
      },
    );
  }
  if (version < newestVersion) await migrate(sql);
}

function isMissingTable(error: unknown): boolean {
  return codeOf(error) === "42P01" || messageOf(error).includes("no such table");
}

async function withinTime<T>(work: Promise<T>, { wholeSeconds }: Patience): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no answer within ${wholeSeconds} s`)),
    wholeSeconds * 1e3,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Who is late is heard no more.
    work.catch(() => {});
  }
}

function failure(cause: unknown, target: HistoryTarget): WakerbenchError {
  const reason = withoutSecrets(messageOf(cause), target);
  const message = `the history ${describeTarget(target)} cannot be used: ${reason}`;
  // The cause may hold the password: it is left behind.
  return new WakerbenchError("HISTORY_FAILED", message, {
    remedy: remedyFor(codeOf(cause), target),
  });
}

/** SQLSTATE of PostgreSQL, or the name of SQLite's result code. */
function codeOf(error: unknown): string {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return code === "ERR_POSTGRES_SERVER_ERROR" ? String(errno) : String(code);
}

function remedyFor(code: string, target: HistoryTarget): string {
  if (target.kind === "sqlite") {
    if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) {
      return `move ${target.path} away: the next run begins a new one`;
    }
    if (code.startsWith("SQLITE_BUSY")) return "try again when the program that holds it is done";
    if (code === "SQLITE_FULL")
      return "make room there, or name another file in WAKERBENCH_HISTORY";
    return "set WAKERBENCH_HISTORY to a file that can be written, or leave the history out with --no-history";
  }
  switch (code) {
    case "28P01":
    case "28000":
      return "see that user and password in WAKERBENCH_HISTORY are right";
    case "3D000":
      return "create the database first: createdb NAME";
    case "42501":
      return "give the user the right to create tables: a database that is its own";
    default:
      return "see that the database runs and can be reached from here";
  }
}
