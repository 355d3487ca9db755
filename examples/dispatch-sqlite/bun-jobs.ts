import { Database } from "bun:sqlite";
import { serve } from "../../src/dispatch.ts";

// The Worker of bun-main.ts: the database is opened here, and stays with this thread.
const database = new Database(":memory:");

export const jobs = serve(
  {
    // bun:sqlite keeps the statements of `query`, so that each is prepared once.
    query: (sql: string, ...values: (string | number | null)[]) =>
      database.query(sql).all(...values),
  },
  { stop: () => database.close() },
);
