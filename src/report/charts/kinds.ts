import type { Chart } from "./chart.ts";

/** What a figure is: which formatter shows it. */
export type Unit = "ns" | "perSecond";

/**
 * A contender's place in the order of the report, from which its colour, its dashes and its symbol follow. Floors and
 * controls are grey.
 */
export type Tone = number | "floor" | "control";

/** What every row has. */
export type Row = {
  readonly label: string;
  readonly tone: Tone;
  /** A few words about what went wrong (`crashed`, `loses 3 %`); null: nothing. */
  readonly fault: string | null;
};

/** A percentile that a row shows. */
export type Level = { readonly name: string; readonly amount: number };

export type RidgeRow = Row & {
  /** Points [nanoseconds, height from 0 to 1], ascending; empty where too little was measured. */
  readonly curve: readonly (readonly [number, number])[];
  readonly levels: readonly Level[];
};

/** Densities above one another, on one logarithmic axis of nanoseconds. */
export type Ridge = { readonly axis: string; readonly rows: readonly RidgeRow[] };

export type Line = Row & {
  /** Points [x, y], ascending in x. */
  readonly points: readonly (readonly [number, number])[];
  /** [x, low, high] of those points that have an interval. */
  readonly intervals: readonly (readonly [number, number, number])[];
};

/** Curves, both axes logarithmic. */
export type Lines = {
  /** `tail`: x is 1 / (1 − quantile); `threads`: a number of threads. */
  readonly x: "tail" | "threads";
  readonly xAxis: string;
  readonly yAxis: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
};

export type BarRow = Row & {
  /** One for each part; null: withheld, or nothing was measured. */
  readonly amounts: readonly (number | null)[];
  /** Low and high, one for each part. */
  readonly intervals: readonly (readonly [number, number] | null)[];
  /** A second figure of the whole row, drawn as a stroke across it. */
  readonly mark: number | null;
  /** What the row says at its end, instead of its amount. */
  readonly note: string | null;
};

/** Rows that share a heading and a scale. */
export type BarGroup = { readonly title: string; readonly rows: readonly BarRow[] };

/** Horizontal bars or points, in groups below one another. */
export type Bars = {
  /** `bars` begin at 0 and are stacked where there are several parts; `points` lie on a logarithmic axis. */
  readonly shape: "bars" | "points";
  readonly axis: string;
  readonly unit: Unit;
  readonly parts: readonly string[];
  /** What the stroke across a row is; null: there is none. */
  readonly markName: string | null;
  /** What the intervals of rows are, where there are any. */
  readonly intervalName: string;
  /** Whether all groups have the same scale. */
  readonly isScaleShared: boolean;
  readonly groups: readonly BarGroup[];
};

export type HeatRow = Row & {
  /** One for each column; null: withheld, or nothing was measured. */
  readonly amounts: readonly (number | null)[];
  /** What a cell without an amount says, one for each column. */
  readonly words: readonly string[];
};

/** Figures in a grid, coloured by their logarithm. */
export type Heat = {
  readonly unit: Unit;
  /** Whether a low figure is the better one. */
  readonly isLowGood: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
};

export type RidgeChart = Chart<"ridge", Ridge>;
export type LinesChart = Chart<"lines", Lines>;
export type BarsChart = Chart<"bars", Bars>;
export type HeatChart = Chart<"heat", Heat>;

/** A chart of any kind that can be drawn. */
export type AnyChart = RidgeChart | LinesChart | BarsChart | HeatChart;
