import { ptr } from "bun:ffi";
import { type CallOptions, DedicatedThread } from "../../src/dispatch.ts";
import { loadBuilt } from "../load-built.ts";
import { decodeRows, encodeQuery, type Row, type Value } from "./wire.ts";

// Outside this clone: import { DedicatedThread } from "wakerbench/dispatch".

const { symbols } = loadBuilt(import.meta.dirname, "dispatch-sqlite", {
  dispatch_sqlite_work: { args: ["ptr"], returns: "ptr" },
});

/** A database of SQLite, on a thread of its own: queries run one after the other, and the event loop goes on. */
export class Database implements AsyncDisposable {
  readonly #thread: DedicatedThread<Uint8Array>;

  /** @param path a file, or `":memory:"`; a database that cannot be opened rejects every query */
  constructor(path: string) {
    const work = symbols.dispatch_sqlite_work(ptr(Buffer.from(`${path}\0`)));
    this.#thread = new DedicatedThread<Uint8Array>({ work });
  }

  /**
   * Runs one statement of SQL; `values` are those of its parameters, `?1`, `?2` and so on.
   *
   * Rejected with a `JobError` that has SQLite's own words; with the signal's reason or a "TimeoutError",
   * and then the query is interrupted, or never begun.
   */
  async query<R extends Row = Row>(
    sql: string,
    values: readonly Value[] = [],
    options?: CallOptions,
  ): Promise<R[]> {
    const answer = await this.#thread.call(encodeQuery(sql, values), options);
    return decodeRows(answer) as R[];
  }

  /** Answers the queries that wait, then closes the database. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
