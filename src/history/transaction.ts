import type { SQL, TransactionSQL } from "bun";

/**
 * All or nothing. In SQLite it takes the right to write at once: who takes it later, when it has read, is refused
 * where it would have to wait (SQLITE_BUSY, see sqlite.org/lang_transaction.html).
 */
export async function inTransaction(
  sql: SQL,
  work: (tx: TransactionSQL) => Promise<void>,
): Promise<void> {
  await (sql.options.adapter === "sqlite" ? sql.begin("immediate", work) : sql.begin(work));
}
