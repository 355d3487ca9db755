import type { PreparedComparison } from "./compare.ts";
import type { Part, Watcher } from "./parts/part.ts";
import type { Results } from "./results/schema.ts";
import { RunRecord } from "./run-record.ts";

/** Is told how a suite gets on. */
export type SuiteWatcher = {
  /** Is told after every visit. */
  readonly visits: Watcher;
  /** Before a scenario begins; one that is kept from an earlier run does not. */
  begin(part: Part): void;
  /** Before the first scenario and after each: the results of all so far, marked partial. */
  keep(results: Results): void;
};

/**
 * Measures one scenario after the other. One that fails does not keep the others from being measured: why it
 * failed is in the results, among the scenarios and the warnings.
 *
 * @param earlier a suite that was interrupted: its whole scenarios are kept
 */
export async function measureSuite(
  prepared: PreparedComparison,
  watcher: SuiteWatcher,
  signal: AbortSignal,
  earlier: Results | null = null,
): Promise<Results> {
  const record = new RunRecord(prepared, earlier);
  watcher.keep(record.results(true));
  for (const part of prepared.parts) {
    if (signal.aborted) break;
    if (record.has(part.scenario)) continue;
    watcher.begin(part);
    await record.measure(part, watcher.visits, signal).catch(() => {
      // It is on record, and the next one may have more luck.
    });
    watcher.keep(record.results(true));
  }
  return record.results(signal.aborted);
}
