import { formatMicros } from "../report/format.ts";
import type { TableStyle } from "../report/table.ts";
import type { DispatchProgress } from "../runner/dispatch-run.ts";
import { LiveCells, type SayLeft } from "./live-cells.ts";

type Calls = { readonly wallNs: number; readonly calls: number };

/** The live table of calls: microseconds of each so far. Of the cases only what went wrong is seen. */
export class CallTable implements Disposable {
  readonly #cells: LiveCells<Calls>;
  #noted = 0;

  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) {
    this.#cells = new LiveCells(stream, style, sayLeft);
  }

  readonly update = (progress: DispatchProgress): void => {
    this.#note(progress);
    const { setup, visits, planned, leftNs } = progress;
    this.#cells.draw(
      "µs/call so far",
      setup.subjects.filter(({ isControl }) => !isControl).map(({ label }) => label),
      setup.placements.map(({ name }) => ({ key: name, title: name })),
      formatCalls,
      { unit: "visits", done: visits.length, planned, leftNs },
    );
  };

  #note({ setup, visits }: DispatchProgress): void {
    for (const { planned, outcome } of visits.slice(this.#noted)) {
      const subject = setup.subjects[planned.subject];
      const placement = setup.placements[planned.placement];
      if (subject === undefined || placement === undefined || subject.isControl) continue;
      const cell = [subject.label, placement.name] as const;
      if (outcome.status !== "ok") this.#cells.noteFault(...cell, outcome.status);
      if (planned.case !== "plain") continue;
      for (const { cost, audit } of outcome.measurements) {
        this.#cells.note(...cell, { wallNs: cost.wallNs, calls: audit.sent });
      }
    }
    this.#noted = visits.length;
  }

  [Symbol.dispose](): void {
    this.#cells[Symbol.dispose]();
  }
}

function formatCalls(all: readonly Calls[]): string {
  const calls = all.reduce((sum, one) => sum + one.calls, 0);
  const wallNs = all.reduce((sum, one) => sum + one.wallNs, 0);
  return formatMicros(calls > 0 ? wallNs / calls : null);
}
