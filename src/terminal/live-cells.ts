import { formatSpan } from "../duration.ts";
import { formatCount } from "../report/format.ts";
import { renderCells, type TableStyle } from "../report/table.ts";
import { LiveBlock } from "./live.ts";

/** How far a run has come. */
type Standing = {
  /** Visits, or what else they are called: `floods`. */
  readonly unit: string;
  readonly done: number;
  readonly planned: number;
  readonly leftNs: number;
};

/** Says how much time is left of a run, nanoseconds. */
export type SayLeft = (leftNs: number) => string;

/** Of a run that has nothing behind it. */
export const leftOfRun: SayLeft = (leftNs) => `about ${formatSpan(leftNs)} left`;

/** A table on a terminal whose cells are filled while a run goes on; drawn between two visits. */
export class LiveCells<Value> implements Disposable {
  readonly #block: LiveBlock;
  readonly #style: TableStyle;
  readonly #sayLeft: SayLeft;
  readonly #values = new Map<string, Value[]>();
  readonly #faults = new Map<string, string>();

  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft: SayLeft = leftOfRun) {
    this.#block = new LiveBlock(stream);
    this.#style = style;
    this.#sayLeft = sayLeft;
  }

  /** Adds what a visit came to. */
  note(row: string, column: string, value: Value): void {
    const key = keyOf(row, column);
    const values = this.#values.get(key) ?? [];
    values.push(value);
    this.#values.set(key, values);
  }

  /** From now on the cell says what went wrong. */
  noteFault(row: string, column: string, fault: string): void {
    this.#faults.set(keyOf(row, column), fault);
  }

  /**
   * Draws all that is known by now.
   *
   * @param columns their keys, and their titles in the header
   * @param format makes a cell of what its visits came to, at least one
   */
  draw(
    title: string,
    rows: readonly string[],
    columns: readonly { readonly key: string; readonly title: string }[],
    format: (values: readonly Value[]) => string,
    standing: Standing,
  ): void {
    const cell = (row: string, column: string) => {
      const fault = this.#faults.get(keyOf(row, column));
      if (fault !== undefined) return fault;
      const values = this.#values.get(keyOf(row, column));
      return values === undefined ? "…" : format(values);
    };
    const cells = [
      [title, ...columns.map((column) => column.title)],
      ...rows.map((row) => [row, ...columns.map(({ key }) => cell(row, key))]),
    ];
    const { unit, done, planned, leftNs } = standing;
    const visited = `${formatCount(done)} of ${formatCount(planned)} ${unit}`;
    const foot = `${visited}, ${this.#sayLeft(leftNs)}`;
    this.#block.draw(`${renderCells(cells, this.#style)}\n${this.#style.dim(`  ${foot}`)}`);
  }

  /** Takes the table away. */
  [Symbol.dispose](): void {
    this.#block[Symbol.dispose]();
  }
}

function keyOf(row: string, column: string): string {
  return `${row} ${column}`;
}
