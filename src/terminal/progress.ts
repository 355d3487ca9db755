import { formatCount, formatLatency } from "../report/format.ts";
import { renderCells, type TableStyle } from "../report/table.ts";
import type { Progress } from "../runner/wake-run.ts";
import { percentile, sortedSamples } from "../stats/percentile.ts";
import { LiveBlock } from "./live.ts";

/** The live table: what has been measured so far, drawn between two visits. */
export class LiveTable implements Disposable {
  readonly #block: LiveBlock;
  readonly #style: TableStyle;
  /** Median of each visit, by row and placement. */
  readonly #p50sNs = new Map<string, number[]>();
  readonly #faults = new Map<string, string>();
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle) {
    this.#block = new LiveBlock(stream);
    this.#style = style;
  }

  readonly update = (progress: Progress): void => {
    this.#note(progress);
    const { setup, visits, planned, leftNs } = progress;
    const done = `${formatCount(visits.length)} of ${formatCount(planned)} visits`;
    const left = `about ${Math.max(1, Math.round(leftNs / 1e9))} s left`;
    const header = ["p50 so far", ...setup.placements.map(({ name }) => name)];
    const rows = setup.subjects
      .filter(({ isControl }) => !isControl)
      .map(({ label }) => [label, ...setup.placements.map(({ name }) => this.#cell(label, name))]);
    this.#block.draw(
      `${renderCells([header, ...rows], this.#style)}\n${this.#style.dim(`  ${done}, ${left}`)}`,
    );
  };

  #note({ setup, visits }: Progress): void {
    for (const { planned, outcome } of visits.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      const placement = setup.placements[planned.placement];
      if (subject === undefined || placement === undefined || subject.isControl) continue;
      const key = `${subject.label} ${placement.name}`;
      if (outcome.status !== "ok") this.#faults.set(key, outcome.status);
      const medians = outcome.measurements
        .filter(({ wakeNs }) => wakeNs.length > 0)
        .map(({ wakeNs }) => percentile(sortedSamples(wakeNs), 0.5));
      if (medians.length === 0) continue;
      const list = this.#p50sNs.get(key) ?? [];
      list.push(Math.min(...medians));
      this.#p50sNs.set(key, list);
    }
    this.#noted = visits.length;
  }

  #cell(label: string, placement: string): string {
    const key = `${label} ${placement}`;
    const fault = this.#faults.get(key);
    if (fault !== undefined) return fault;
    const medians = this.#p50sNs.get(key);
    return medians === undefined ? "…" : formatLatency(percentile(sortedSamples(medians), 0.5));
  }

  [Symbol.dispose](): void {
    this.#block[Symbol.dispose]();
  }
}
