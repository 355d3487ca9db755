import { existsSync } from "node:fs";
import { WakerbenchError } from "../errors.ts";
import type { Results } from "../results/schema.ts";
import { readResults } from "../results/store.ts";
import { withHistory } from "./open.ts";
import { findRun, listRuns, loadResults } from "./runs.ts";
import { historyTarget } from "./target.ts";

const prefix = "history:";

/** A name that stands for a run, but only within the history. */
const earlierRun = /^latest~\d+$/;

/**
 * Results wherever they are: a file, `latest`, or a run of the history: `history:02c8cbab`, `history:latest~1`.
 *
 * @throws WakerbenchError RESULTS_BAD, also where the history cannot be read; RUN_UNKNOWN
 */
export async function readRun(name: string): Promise<Results> {
  if (earlierRun.test(name) && !existsSync(name)) {
    throw new WakerbenchError("RESULTS_BAD", `there is no file ${name}`, {
      remedy: `write ${prefix}${name} for that run of the history`,
    });
  }
  if (!name.startsWith(prefix)) return readResults(name);
  try {
    return await withHistory(historyTarget(), "read", async (sql) =>
      loadResults(sql, findRun(await listRuns(sql), name.slice(prefix.length))),
    );
  } catch (error) {
    if (!(error instanceof WakerbenchError && error.code === "HISTORY_FAILED")) throw error;
    // Status 1 of `diff` must mean that a limit is broken.
    const { message, remedy } = error;
    throw new WakerbenchError("RESULTS_BAD", message, { remedy, cause: error });
  }
}
