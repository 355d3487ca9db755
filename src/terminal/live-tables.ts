import type { Watcher } from "../parts/part.ts";
import type { TableStyle } from "../report/table.ts";
import { CallTable } from "./call-progress.ts";
import { FloodTable } from "./flood-progress.ts";
import type { SayLeft } from "./live-cells.ts";
import { LiveTable } from "./progress.ts";
import { WorkTable } from "./work-progress.ts";

type Table<P> = Disposable & { update(progress: P): void };

/** The live table of whatever is measured: each scenario's takes the place of the one before it. */
export class LiveTables implements Watcher, Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: TableStyle;
  readonly #sayLeft: SayLeft | undefined;
  #setup: object | null = null;
  #table: Table<never> | null = null;

  /** @param sayLeft for a run that has more than one scenario */
  constructor(stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) {
    this.#stream = stream;
    this.#style = style;
    this.#sayLeft = sayLeft;
  }

  readonly wake: Watcher["wake"] = (progress) => this.#show(progress, LiveTable);
  readonly burst: Watcher["burst"] = (progress) => this.#show(progress, FloodTable);
  readonly dispatch: Watcher["dispatch"] = (progress) => this.#show(progress, CallTable);
  readonly workload: Watcher["workload"] = (progress) => this.#show(progress, WorkTable);

  /** A run has a setup of its own: another one is another scenario's. */
  #show<P extends { readonly setup: object }>(
    progress: P,
    Kind: new (stream: NodeJS.WriteStream, style: TableStyle, sayLeft?: SayLeft) => Table<P>,
  ): void {
    if (this.#setup !== progress.setup) {
      this[Symbol.dispose]();
      this.#setup = progress.setup;
      this.#table = new Kind(this.#stream, this.#style, this.#sayLeft);
    }
    (this.#table as Table<P> | null)?.update(progress);
  }

  /** Takes the table away. */
  [Symbol.dispose](): void {
    this.#table?.[Symbol.dispose]();
    this.#table = null;
    this.#setup = null;
  }
}
