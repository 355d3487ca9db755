import type { Series } from "../results/schema.ts";
import type { WorkloadId } from "../scenarios/workload-job.ts";

/** A column between the contender's name and `Relative`. */
export type WorkloadColumn = { readonly title: string; cell(series: Series): string };

/** How the series of one workload are shown: tables, notes and a sentence are made from it. */
export type WorkloadFace = {
  readonly scenario: WorkloadId;
  /** Above all its tables. */
  readonly title: string;
  /** What the first column holds: `Library`, `Handler`, `Method`. */
  readonly rowTitle: string;
  /** Heading of the table with this key (`WorkloadPlan.tableOf`); empty: it has none. */
  tableTitle(table: string, shown: readonly Series[]): string;
  /** Of the table with this key. */
  columns(table: string): readonly WorkloadColumn[];
  /** What must be known of a row: marked in the table and said once below. */
  caveatOf(series: Series): string | undefined;
  /** Lines below one table; what begins with "!" is a fault. */
  notes(table: string, shown: readonly Series[]): readonly string[];
  /** One or two sentences at the end: what to use. Null where too little was measured. */
  verdict(all: readonly Series[]): string | null;
  /** What the whole ends with, behind all advice; absent: nothing. Null where too little was measured. */
  summary?(all: readonly Series[]): string | null;
  /** Lines of "when to use" that belong to no contender alone (sync or async); may be empty. */
  readonly guidance: readonly string[];
};
