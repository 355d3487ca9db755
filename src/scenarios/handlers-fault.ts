import { formatDuration } from "../duration.ts";
import { describeEnd, type ServerEnd } from "../handlers/server-process.ts";
import type { LoadReport } from "../load/load.ts";

/** What a fault is told of beside the report. */
export type LoadFacts = {
  /** How the server's process ended; null: it did not. */
  readonly end: ServerEnd | null;
  /** Threads of the server that were not where they had been bound to. */
  readonly strays: number;
  readonly connections: number;
  readonly timeoutNs: number;
};

/** What went wrong under load, in one line; null: nothing did. */
export function loadFault(report: LoadReport, facts: LoadFacts): string | null {
  const { errors, answered, pending } = report;
  const { end, strays, connections, timeoutNs } = facts;
  if (end !== null) return `the server died under load: ${describeEnd(end)}`;
  const asked = answered + errors.reset + errors.status + errors.garbage + errors.timeout;
  const of = (count: number) => `${count} of ${asked} requests`;
  const timeout = formatDuration(timeoutNs);
  const told = [
    strays > 0 ? `${strays} of the server's threads ran on other cores than its own` : null,
    errors.descriptors > 0
      ? `no descriptor was left for some of ${connections} connections; ask for fewer with --connections, or raise the limit (ulimit -n)`
      : null,
    errors.refused > 0 ? `${errors.refused} connections were refused` : null,
    errors.status > 0 ? `${of(errors.status)} had another status than 200` : null,
    errors.garbage > 0 ? `${of(errors.garbage)} were answered with garbage or another body` : null,
    errors.reset > 0
      ? `${of(errors.reset)} ended with a connection that was closed or reset`
      : null,
    errors.timeout > 0 ? `${of(errors.timeout)} were not answered within ${timeout}` : null,
  ].filter((line) => line !== null);
  if (told.length === 0 && answered === 0) {
    return `nothing was answered: ${pending} requests were under way when the time was over`;
  }
  return told.length === 0 ? null : told.join("; ");
}
