import { formatLatency } from "../report/format.ts";
import type { TableStyle } from "../report/table.ts";
import type { Progress } from "../runner/wake-run.ts";
import { medianOf } from "../stats/percentile.ts";
import { LiveCells, type SayLeft } from "./live-cells.ts";

/** The live table of single wakes: the median of each visit's so far. */
export class LiveTable implements Disposable {
  readonly #cells: LiveCells<number>;
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) {
    this.#cells = new LiveCells(stream, style, sayLeft);
  }

  readonly update = (progress: Progress): void => {
    this.#note(progress);
    const { setup, visits, planned, leftNs } = progress;
    this.#cells.draw(
      "p50 so far",
      setup.subjects.filter(({ isControl }) => !isControl).map(({ label }) => label),
      setup.placements.map(({ name }) => ({ key: name, title: name })),
      (p50sNs) => formatLatency(medianOf(p50sNs)),
      { unit: "visits", done: visits.length, planned, leftNs },
    );
  };

  #note({ setup, visits }: Progress): void {
    for (const { planned, outcome } of visits.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      const placement = setup.placements[planned.placement];
      if (subject === undefined || placement === undefined || subject.isControl) continue;
      const cell = [subject.label, placement.name] as const;
      if (outcome.status !== "ok") this.#cells.noteFault(...cell, outcome.status);
      const medians = outcome.measurements.flatMap(({ wakeNs }) => medianOf(wakeNs) ?? []);
      // Of the floor's kinds the quickest.
      if (medians.length > 0) this.#cells.note(...cell, Math.min(...medians));
    }
    this.#noted = visits.length;
  }

  [Symbol.dispose](): void {
    this.#cells[Symbol.dispose]();
  }
}
