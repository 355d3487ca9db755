import { formatAmount, formatCount, plural } from "../report/format.ts";
import { renderCells, type TableStyle } from "../report/table.ts";
import type { BurstProgress } from "../runner/burst-run.ts";
import { wakesPerSecond } from "../scenarios/burst-measurement.ts";
import { LiveBlock } from "./live.ts";

/** The live table of floods: wakes a second so far, drawn between two floods. */
export class FloodTable implements Disposable {
  readonly #block: LiveBlock;
  readonly #style: TableStyle;
  /** Wakes and their time, by row and number of threads. */
  readonly #heard = new Map<string, { rates: number; floods: number }>();
  readonly #faults = new Map<string, string>();
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle) {
    this.#block = new LiveBlock(stream);
    this.#style = style;
  }

  readonly update = (progress: BurstProgress): void => {
    this.#note(progress);
    const { setup, floods, planned, leftNs } = progress;
    const done = `${formatCount(floods.length)} of ${formatCount(planned)} floods`;
    const left = `about ${Math.max(1, Math.round(leftNs / 1e9))} s left`;
    const header = ["wakes/s so far", ...setup.threads.map((count) => plural(count, "thread"))];
    const rows = setup.subjects
      .filter(({ isControl }) => !isControl)
      .map(({ label }) => [label, ...setup.threads.map((count) => this.#cell(label, count))]);
    this.#block.draw(
      `${renderCells([header, ...rows], this.#style)}\n${this.#style.dim(`  ${done}, ${left}`)}`,
    );
  };

  #note({ setup, floods }: BurstProgress): void {
    for (const { planned, outcome } of floods.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      if (subject === undefined || subject.isControl) continue;
      const key = `${subject.label} ${planned.threads}`;
      if (outcome.status !== "ok") this.#faults.set(key, outcome.status);
      for (const measurement of outcome.measurements) {
        const sum = this.#heard.get(key) ?? { rates: 0, floods: 0 };
        sum.rates += wakesPerSecond(measurement);
        sum.floods++;
        this.#heard.set(key, sum);
      }
    }
    this.#noted = floods.length;
  }

  #cell(label: string, threads: number): string {
    const key = `${label} ${threads}`;
    const fault = this.#faults.get(key);
    if (fault !== undefined) return fault;
    const sum = this.#heard.get(key);
    return sum === undefined ? "…" : formatAmount(sum.rates / sum.floods);
  }

  [Symbol.dispose](): void {
    this.#block[Symbol.dispose]();
  }
}
