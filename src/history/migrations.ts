import type { SQL, TransactionSQL } from "bun";
import { inTransaction } from "./transaction.ts";

/**
 * What was done to the tables, oldest first; a change is one more at the end. Each runs once in a database, in
 * one transaction, in SQLite and PostgreSQL alike: only types that mean the same in both.
 */
const migrations: readonly ((sql: TransactionSQL) => Promise<void>)[] = [createTables];

/** What this version of the program writes. */
export const newestVersion = migrations.length;

/** Any number that no other program takes for its lock; "waker" in ASCII. */
const lockKey = 0x77_61_6b_65;

/** The version of the tables in a database; 0 where there are none. */
export async function versionOf(sql: SQL | TransactionSQL): Promise<number> {
  const [row] = await sql`select max(version) as version from wakerbench_schema`;
  return Number(row?.version ?? 0);
}

/**
 * Brings the tables to this version. Of many that do so at once one goes first, and the others find it done:
 * a lock in PostgreSQL, where `if not exists` alone does not keep two from creating; in SQLite the transaction.
 */
export async function migrate(sql: SQL): Promise<void> {
  const isPostgres = sql.options.adapter === "postgres";
  const work = async (tx: TransactionSQL) => {
    if (isPostgres) await tx`select pg_advisory_xact_lock(${lockKey})`;
    await tx`create table if not exists wakerbench_schema (version integer primary key, migrated_at text not null)`;
    const version = await versionOf(tx);
    for (const [index, step] of migrations.entries()) {
      if (index < version) continue;
      await step(tx);
      await tx`insert into wakerbench_schema (version, migrated_at) values (${index + 1}, ${new Date().toISOString()})`;
    }
  };
  await inTransaction(sql, work);
}

async function createTables(sql: TransactionSQL): Promise<void> {
  await sql`
    create table wakerbench_runs (
      id text primary key,
      machine text not null,
      started_at text not null,
      recorded_at text not null,
      duration_ms double precision not null,
      partial boolean not null,
      tool_version text not null,
      runtime text not null,
      command text not null,
      scenarios text not null,
      seed double precision not null,
      os text not null,
      kernel text not null,
      arch text not null,
      cpu text not null,
      cores integer not null,
      virtualised text,
      warnings text not null,
      results text not null
    )`;
  await sql`create index wakerbench_runs_started on wakerbench_runs (started_at)`;
  await sql`
    create table wakerbench_series (
      run_id text not null references wakerbench_runs (id),
      position integer not null,
      scenario text not null,
      contender text not null,
      waker text not null,
      runtime text not null,
      placement text,
      params text not null,
      options text not null,
      status text not null,
      samples double precision not null,
      lost double precision not null,
      mean_ns double precision, mean_low_ns double precision, mean_high_ns double precision,
      p50_ns double precision, p50_low_ns double precision, p50_high_ns double precision,
      p90_ns double precision, p90_low_ns double precision, p90_high_ns double precision,
      p99_ns double precision, p99_low_ns double precision, p99_high_ns double precision,
      p999_ns double precision,
      max_ns double precision,
      rate_name text,
      rate_per_second double precision,
      rate_low_per_second double precision,
      rate_high_per_second double precision,
      deciding_ns double precision, deciding_low_ns double precision, deciding_high_ns double precision,
      relative_to text,
      ratio double precision, ratio_low double precision, ratio_high double precision,
      verdict text,
      primary key (run_id, position)
    )`;
  await sql`create index wakerbench_series_contender on wakerbench_series (scenario, contender)`;
}
