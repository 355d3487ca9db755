import { formatAmount, plural } from "../report/format.ts";
import type { TableStyle } from "../report/table.ts";
import type { BurstProgress } from "../runner/burst-run.ts";
import { wakesPerSecond } from "../scenarios/burst-measurement.ts";
import { LiveCells, type SayLeft } from "./live-cells.ts";

/** The live table of floods: wakes a second so far. */
export class FloodTable implements Disposable {
  readonly #cells: LiveCells<number>;
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) {
    this.#cells = new LiveCells(stream, style, sayLeft);
  }

  readonly update = (progress: BurstProgress): void => {
    this.#note(progress);
    const { setup, floods, planned, leftNs } = progress;
    this.#cells.draw(
      "wakes/s so far",
      setup.subjects.filter(({ isControl }) => !isControl).map(({ label }) => label),
      setup.threads.map((count) => ({ key: String(count), title: plural(count, "thread") })),
      (rates) => formatAmount(rates.reduce((sum, rate) => sum + rate, 0) / rates.length),
      { unit: "floods", done: floods.length, planned, leftNs },
    );
  };

  #note({ setup, floods }: BurstProgress): void {
    for (const { planned, outcome } of floods.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      if (subject === undefined || subject.isControl) continue;
      const cell = [subject.label, String(planned.threads)] as const;
      if (outcome.status !== "ok") this.#cells.noteFault(...cell, outcome.status);
      for (const measurement of outcome.measurements) {
        this.#cells.note(...cell, wakesPerSecond(measurement));
      }
    }
    this.#noted = floods.length;
  }

  [Symbol.dispose](): void {
    this.#cells[Symbol.dispose]();
  }
}
