import type { DescriptorKind, Tally } from "../trials/job.ts";
import type { ReaderId } from "../trials/reader-names.ts";

/**
 * What was found by trying. `works`, `yes` and `no` are answers; `loses`: not all that was rung was
 * heard; `silent`: no event and no error; `error`: it says what is wrong; `crash`: the process ended by a
 * signal; `hang`: it had to be killed; `unsupported`: this runtime has it not; `untried`: something
 * before it went wrong, or it does not apply.
 */
export type Verdict =
  | "works"
  | "yes"
  | "no"
  | "loses"
  | "silent"
  | "error"
  | "crash"
  | "hang"
  | "unsupported"
  | "untried";

/** One cell of the matrix. */
export type Cell = {
  readonly verdict: Verdict;
  /** A few words, as the table shows them. */
  readonly text: string;
  /** What is to be known beside it: an error's message, the last lines of a crash. */
  readonly detail: string | null;
  readonly tally?: Tally;
};

/** What is found out about each waker, in the order of the table's columns. */
export const wakerColumns = {
  wake: "One wake",
  many: "1,000 wakes",
  flood: "Flood",
  life: "Keeps alive",
  coalesces: "Coalesces",
  payload: "Payload",
  returnValue: "Returns",
  throws: "Throw in handler",
} as const;
export type WakerColumn = keyof typeof wakerColumns;

export type WakerRow = {
  /** As it is written on the command line. */
  readonly contender: string;
  /** The waker's id. */
  readonly waker: string;
  readonly isNamed: boolean;
  readonly cells: Readonly<Record<WakerColumn, Cell>>;
  /** Of a waker that no native thread rings: what it is instead. */
  readonly caveat: string | null;
  /** Where what was found is not what `wakerbench list wakers` says. */
  readonly surprises: readonly string[];
};

export type ReaderRow = {
  readonly reader: ReaderId;
  /** As it is written in code. */
  readonly title: string;
  readonly cells: Readonly<Partial<Record<DescriptorKind, Cell>>>;
};

/** What works on one runtime. */
export type RuntimeMatrix = {
  /** With its version: `bun@1.4.5`. */
  readonly runtime: string;
  /** Empty when wakers were asked for by name. */
  readonly readers: readonly ReaderRow[];
  readonly wakers: readonly WakerRow[];
};

/** The support matrix, as `wakerbench probe --format json` prints it. */
export type ProbeReport = {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly startedAt: string;
  readonly durationMs: number;
  /** Interrupted: the cells that were not tried say so. */
  readonly partial: boolean;
  readonly platform: string;
  /** Child processes that were started. */
  readonly children: number;
  readonly runtimes: readonly RuntimeMatrix[];
};
