import type { VisitOutcome } from "../runner/agent-process.ts";
import type { Measurement } from "../scenarios/job.ts";
import type { Series, Status } from "./schema.ts";

/** A series with every sample that it was made from, by name: the samples of each round. */
export type RawSamples = {
  readonly series: Series;
  readonly samples: Readonly<Record<string, readonly (readonly number[])[]>>;
};

/** How often a row was visited, and what went wrong. */
export type RowFaults = {
  readonly visits: number;
  readonly faults: readonly { readonly status: Exclude<Status, "ok">; readonly error: string }[];
};

export function faultsOf(outcomes: readonly VisitOutcome<Measurement>[]): RowFaults {
  const faults = outcomes.flatMap((outcome) =>
    outcome.status === "ok" || outcome.status === "interrupted"
      ? []
      : [{ status: outcome.status, error: outcome.error }],
  );
  return { visits: outcomes.length, faults };
}

/** A row with a fault keeps what was measured; its status is that of its first fault. */
export function statusOf({ faults, visits }: RowFaults): Pick<Series, "status" | "error"> {
  if (visits === 0) return { status: "failed", error: "not measured: the run ended before" };
  const [first] = faults;
  if (first === undefined) return { status: "ok", error: null };
  const share = `${faults.length} of ${visits} visits`;
  return { status: first.status, error: `${share}: ${first.error}` };
}
