import { assembleWorkload } from "../../src/results/assemble-workload.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import type { VisitOutcome } from "../../src/runner/agent-process.ts";
import type { AnyWorkloadMeasurement } from "../../src/scenarios/job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { resultsWith } from "../results/fake-series.ts";
import { fakeWorkloadRun, libraryOf, worked } from "../results/fake-workload.ts";

/** A program that made 1,000 requests, as it looks from outside. */
export function ran(wallMs: number): WorkloadMeasurement<"fetch"> {
  return {
    ...worked(0, { cost: { wallNs: wallMs * 1e6, peakRssBytes: 40 * 2 ** 20 } }),
    scenario: "fetch",
    latencyNs: [wallMs * 1e6],
    decidingNs: wallMs * 1e3,
    counts: { userNs: wallMs * 0.5e6, systemNs: wallMs * 0.25e6 },
    levels: { requestsNs: wallMs * 0.75e6, serverCpuNs: 5e6, serverPeakRssBytes: 48 * 2 ** 20 },
  };
}

/** Milliseconds of each run, or that it failed. */
export type Programs = Readonly<Record<string, readonly (number | "failed")[]>>;

export function seriesOfPrograms(programs: Programs): Series[] {
  const subjects = Object.keys(programs).map(libraryOf);
  const visits = Object.values(programs).flatMap((runs, row) =>
    runs.map((run, round) => ({ round, row, outcome: run === "failed" ? failed : ran(run) })),
  );
  const rest = {
    scenario: "fetch",
    rounds: Math.max(...Object.values(programs).map(({ length }) => length)),
    paramsOf: () => ({ requests: 1_000, chunk: 100, threads: 4, server: "own" }),
  } as const;
  return assembleWorkload(fakeWorkloadRun(subjects, visits, rest), null).map(
    ({ series }) => series,
  );
}

export function resultsOfPrograms(programs: Programs): Results {
  return { ...resultsWith([]), series: seriesOfPrograms(programs) };
}

const fault = "3 of 1000 requests answered 500";
const failed: VisitOutcome<AnyWorkloadMeasurement> = {
  status: "failed",
  error: fault,
  measurements: [
    {
      ...ran(0),
      latencyNs: [],
      decidingNs: null,
      audit: { sent: 1_000, received: 997, lost: 0, duplicated: 0, mistaken: 3 },
      fault,
    },
  ],
};
