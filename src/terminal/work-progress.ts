import { formatAmount, formatLatency } from "../report/format.ts";
import type { TableStyle } from "../report/table.ts";
import type { WorkloadProgress } from "../runner/workload-run.ts";
import type { AnyWorkloadMeasurement } from "../scenarios/job.ts";
import { workloadWords } from "../scenarios/workload-words.ts";
import { medianOf } from "../stats/percentile.ts";
import { LiveCells, type SayLeft } from "./live-cells.ts";

/** The live table of a workload: what decides, so far, or where that is a share of the rate, the rate. */
export class WorkTable implements Disposable {
  readonly #cells: LiveCells<AnyWorkloadMeasurement>;
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) {
    this.#cells = new LiveCells(stream, style, sayLeft);
  }

  readonly update = (progress: WorkloadProgress): void => {
    this.#note(progress);
    const { setup, visits, planned, leftNs } = progress;
    const { scenario, subjects, rows } = setup;
    const { noun } = workloadWords[scenario];
    const cases = [...new Set(rows.map((row) => row.case))];
    const isTimed = scenario === "cancel" || scenario === "mixed";
    this.#cells.draw(
      isTimed ? "time so far" : `${noun}s/s so far`,
      subjects.filter(({ isControl }) => !isControl).map(({ label }) => label),
      cases.map((key) => ({ key, title: key === "" ? scenario : key })),
      isTimed ? formatDeciding : formatRate,
      { unit: "visits", done: visits.length, planned, leftNs },
    );
  };

  #note({ setup, visits }: WorkloadProgress): void {
    for (const { planned, outcome } of visits.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      if (subject === undefined || subject.isControl) continue;
      const cell = [subject.label, planned.case] as const;
      if (outcome.status !== "ok") this.#cells.noteFault(...cell, outcome.status);
      if (planned.isWarmup) continue;
      for (const measurement of outcome.measurements) this.#cells.note(...cell, measurement);
    }
    this.#noted = visits.length;
  }

  [Symbol.dispose](): void {
    this.#cells[Symbol.dispose]();
  }
}

function formatRate(all: readonly AnyWorkloadMeasurement[]): string {
  const done = all.reduce((sum, one) => sum + one.done, 0);
  const wallNs = all.reduce((sum, { cost }) => sum + cost.wallNs, 0);
  return formatAmount(wallNs > 0 ? (done / wallNs) * 1e9 : null);
}

function formatDeciding(all: readonly AnyWorkloadMeasurement[]): string {
  return formatLatency(medianOf(all.flatMap(({ decidingNs }) => decidingNs ?? [])));
}
