import type { Approach } from "../approaches/approach.ts";
import { splitMix64 } from "../stats/random.ts";
import type { AnyWorkloadPlan } from "./workload.ts";

/** One row of the result: a subject and one of its cases, visited once a round. */
export type WorkloadRow = {
  /** Index of the subject. */
  readonly subject: number;
  /** Empty where the scenario has but one. */
  readonly case: string;
  /** Rows of one key stand in one table, and are compared with one another. */
  readonly table: string;
  /** How long a visit is taken to last before anything is known. */
  readonly expectedNs: number;
};

/** One agent to be started. */
export type PlannedWork = WorkloadRow & {
  readonly round: number;
  /** Index of the row. */
  readonly row: number;
  /** It is made and dropped. */
  readonly isWarmup: boolean;
};

/** What the rows are made from: the subjects, of which one may be the control. */
type RowSubject = { readonly approach: Approach; readonly isControl: boolean };

/**
 * All rows, table by table in the order in which they come up. The control, which shows the noise of the day,
 * has the first case alone: of each it would cost as much again as a contender.
 *
 * @param parameters what the scenario's schema gave
 */
export function workloadRows(
  plan: AnyWorkloadPlan,
  parameters: Readonly<Record<string, unknown>>,
  subjects: readonly RowSubject[],
): WorkloadRow[] {
  const rows = subjects.flatMap(({ approach, isControl }, subject) => {
    const cases = plan.cases(parameters, approach);
    return (isControl ? cases.slice(0, 1) : cases).map((name) => ({
      subject,
      case: name,
      table: plan.tableOf(parameters, approach, name),
      expectedNs: plan.expectedNs(parameters, approach, name),
    }));
  });
  return [...Map.groupBy(rows, ({ table }) => table).values()].flat();
}

/**
 * A blocked design: each round visits every row once, in an order that the seed draws anew for each round.
 * Rounds that are dropped come first.
 */
export function planWorkload(
  rows: readonly WorkloadRow[],
  rounds: number,
  warmupRounds: number,
  seed: number,
): PlannedWork[][] {
  const random = splitMix64(seed);
  const indexed = rows.map((row, index) => ({ ...row, row: index }));
  return Array.from({ length: warmupRounds + rounds }, (_, index) => {
    const isWarmup = index < warmupRounds;
    const round = isWarmup ? index : index - warmupRounds;
    return random.shuffle(indexed).map((row) => ({ ...row, round, isWarmup }));
  });
}
