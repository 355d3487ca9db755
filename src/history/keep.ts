import { messageOf, WakerbenchError } from "../errors.ts";
import type { Results } from "../results/schema.ts";
import type { HistoryTarget } from "./target.ts";

/**
 * Records a run that was measured. A history that cannot be used costs a warning, never the results.
 *
 * @param target null: nothing is recorded
 * @param isLatest whether it is kept as the latest run, from where it can be recorded later
 */
export async function keepInHistory(
  target: HistoryTarget | null,
  results: Results,
  isLatest: boolean,
  say: (line: string) => void,
): Promise<void> {
  if (target === null || results.series.length === 0) return;
  try {
    const [{ withHistory }, { recordRun }] = await Promise.all([
      import("./open.ts"),
      import("./record.ts"),
    ]);
    await withHistory(target, "write", (sql) => recordRun(sql, results));
  } catch (error) {
    say(`warning: the run is not in the history: ${messageOf(error)}`);
    if (error instanceof WakerbenchError) say(`    try: ${error.remedy}`);
    if (isLatest) say("    it is kept as latest all the same: wakerbench history add latest");
  }
}
