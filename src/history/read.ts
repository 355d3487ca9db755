import type { Results } from "../results/schema.ts";
import { readResults } from "../results/store.ts";
import { withHistory } from "./open.ts";
import { findRun, listRuns, loadResults } from "./runs.ts";
import { historyTarget } from "./target.ts";

const prefix = "history:";

/**
 * Results wherever they are: a file, `latest`, or a run of the history: `history:02c8cbab`, `history:latest~1`.
 *
 * @throws WakerbenchError RESULTS_BAD, RUN_UNKNOWN, HISTORY_FAILED
 */
export async function readRun(name: string): Promise<Results> {
  if (!name.startsWith(prefix)) return readResults(name);
  return withHistory(historyTarget(), "read", async (sql) =>
    loadResults(sql, findRun(await listRuns(sql), name.slice(prefix.length))),
  );
}
