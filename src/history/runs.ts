import type { SQL } from "bun";
import * as z from "zod";
import { WakerbenchError } from "../errors.ts";
import { type Results, resultsSchema } from "../results/schema.ts";
import { inTransaction } from "./transaction.ts";

/** SQLite has 0 and 1, PostgreSQL false and true. */
const truth = z.union([z.boolean(), z.number()]).transform(Boolean);

const runSchema = z.object({
  id: z.string(),
  machine: z.string(),
  started_at: z.string(),
  duration_ms: z.number(),
  partial: truth,
  tool_version: z.string(),
  runtime: z.string(),
  command: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  scenarios: z.string().transform((text) => text.split(",").filter(Boolean)),
});

/** What is known of a run without unpacking it. */
export type Run = {
  /** A UUID. */
  readonly id: string;
  readonly machine: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly partial: boolean;
  readonly toolVersion: string;
  /** That of the program: `bun@1.4.5`. */
  readonly runtime: string;
  readonly command: readonly string[];
  readonly scenarios: readonly string[];
};

export type RunFilter = {
  /** Its name, or how it begins. */
  readonly machine?: string | undefined;
  readonly scenario?: string | undefined;
};

/** All runs, newest first. */
export async function listRuns(sql: SQL, filter: RunFilter = {}): Promise<Run[]> {
  const rows: unknown[] = await sql`
    select id, machine, started_at, duration_ms, partial, tool_version, runtime, command, scenarios
    from wakerbench_runs order by started_at desc, id`;
  return rows.map(readRun).filter(({ machine, scenarios }) => {
    if (filter.machine !== undefined && !machine.startsWith(filter.machine)) return false;
    return filter.scenario === undefined || scenarios.includes(filter.scenario);
  });
}

function readRun(row: unknown): Run {
  const { started_at, duration_ms, tool_version, ...same } = runSchema.parse(row);
  return { ...same, startedAt: started_at, durationMs: duration_ms, toolVersion: tool_version };
}

const shortestPrefix = 4;

/**
 * The run that a name names: `latest`, `latest~1` for the one before it, or the first digits of an id.
 *
 * @throws WakerbenchError RUN_UNKNOWN
 */
export function findRun(runs: readonly Run[], name: string): Run {
  const remedy = "see wakerbench history list";
  const [, back] = /^latest(?:~(\d+))?$/.exec(name) ?? [];
  if (/^latest(~\d+)?$/.test(name)) {
    const run = runs[Number(back ?? 0)];
    if (run !== undefined) return run;
    const there = runs.length === 1 ? "one run" : `${runs.length} runs`;
    throw new WakerbenchError("RUN_UNKNOWN", `there is no ${name}: the history has ${there}`, {
      remedy,
    });
  }
  const found =
    name.length < shortestPrefix ? [] : runs.filter(({ id }) => id.startsWith(name.toLowerCase()));
  const [run] = found;
  if (found.length > 1) {
    throw new WakerbenchError("RUN_UNKNOWN", `"${name}" begins the ids of ${found.length} runs`, {
      remedy: `write more of it: ${found.map(({ id }) => id.slice(0, name.length + 4)).join(", ")}`,
    });
  }
  if (run !== undefined) return run;
  throw new WakerbenchError("RUN_UNKNOWN", `the history has no run "${name}"`, { remedy });
}

/**
 * The results of a run, as its file would hold them.
 *
 * @throws WakerbenchError RESULTS_BAD: what is kept of it is damaged
 */
export async function loadResults(sql: SQL, { id }: Pick<Run, "id">): Promise<Results> {
  const [row] = await sql`select results from wakerbench_runs where id = ${id}`;
  try {
    const packed = Buffer.from(String(row?.results ?? ""), "base64");
    return resultsSchema.parse(JSON.parse(new TextDecoder().decode(Bun.gunzipSync(packed))));
  } catch (cause) {
    throw new WakerbenchError("RESULTS_BAD", `what the history has of run ${id} is damaged`, {
      remedy: "take another run: wakerbench history list",
      cause,
    });
  }
}

/** So that a statement stays below the parameters that SQLite takes. */
const idsPerDelete = 500;

/** Deletes runs with all that belongs to them: all of them, or none. */
export async function deleteRuns(sql: SQL, ids: readonly string[]): Promise<void> {
  await inTransaction(sql, async (tx) => {
    for (let start = 0; start < ids.length; start += idsPerDelete) {
      const some = ids.slice(start, start + idsPerDelete);
      await tx`delete from wakerbench_series where run_id in ${tx(some)}`;
      await tx`delete from wakerbench_runs where id in ${tx(some)}`;
    }
  });
}
