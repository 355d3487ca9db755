import { Database } from "bun:sqlite";
import { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";

/**
 * Sees to it that native threads can do the work `sqlite`, which takes the system's SQLite. Workers have
 * Bun's own.
 *
 * @throws WakerbenchError UNSUPPORTED, with the loader's or SQLite's own words
 */
export function requireNativeSqlite(native: Native): void {
  const fault = native.symbols.wb_sqlite_fault();
  if (fault === null || String(fault) === "") return;
  throw new WakerbenchError("UNSUPPORTED", String(fault), {
    remedy:
      "install libsqlite3 (apt-get install libsqlite3-0) or set WAKERBENCH_SQLITE to its path",
  });
}

/**
 * The work `sqlite` of a Worker: a database in memory, and its one prepared query, with the SQL of
 * zig/sqlite.zig. It belongs to the thread that opened it.
 */
export function openQuery({ symbols }: Native): {
  /** Answers with `number` by way of a row. */
  run(number: number): number;
  close(): void;
} {
  const database = new Database(":memory:");
  database.run(String(symbols.wb_sqlite_schema()));
  const statement = database.prepare<{ answer: number }, [number]>(
    String(symbols.wb_sqlite_query()),
  );
  return {
    run(number) {
      const row = statement.get(number);
      if (row === null) throw new Error(`SQLite: no row for ${number}`);
      return row.answer;
    },
    close() {
      statement.finalize();
      database.close(true);
    },
  };
}
