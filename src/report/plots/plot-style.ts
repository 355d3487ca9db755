/** How plots are drawn in a terminal: pure, whoever asks has looked at the terminal already. */
export type PlotStyle = {
  /** Columns that there are; narrower than {@link leastColumns} nothing is drawn. */
  readonly columns: number;
  readonly charset: Charset;
};

export type Charset = "unicode" | "ascii";

/** What a plot needs of columns to be of use. */
export const leastColumns = 40;

/** A longer line is harder to follow than one that ends before the terminal does. */
const mostColumns = 120;

/** What plots are made of; each is one column wide, and colour is never needed to tell them apart. */
export type Glyphs = {
  /** From the least sample to the box, and from there to p99. */
  readonly whisker: string;
  readonly least: string;
  readonly p99: string;
  /** Ends a whisker whose p99 is withheld, and an interval that goes on. */
  readonly open: string;
  readonly box: string;
  readonly median: string;
  /** Full columns of a bar, and what is left of it, in equal parts of a column. */
  readonly full: string;
  readonly parts: readonly string[];
  /** The columns of a bar that its interval covers. */
  readonly interval: string;
  /** Where in it the value is. */
  readonly value: string;
  /** Where a length would say nothing: the value on a logarithmic axis, and the way there. */
  readonly dot: string;
  readonly trail: string;
  readonly axis: string;
  readonly tick: string;
  readonly grid: string;
  readonly ellipsis: string;
};

const glyphs: Readonly<Record<Charset, Glyphs>> = {
  unicode: {
    whisker: "─",
    least: "├",
    p99: "┤",
    open: "›",
    box: "▒",
    median: "┃",
    full: "█",
    parts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉"],
    interval: "▒",
    value: "┃",
    dot: "●",
    trail: "·",
    axis: "─",
    tick: "┴",
    grid: "┊",
    ellipsis: "…",
  },
  ascii: {
    whisker: "-",
    least: "|",
    p99: "|",
    open: ">",
    box: "=",
    median: "#",
    full: "#",
    parts: ["|"],
    interval: "=",
    value: "|",
    dot: "o",
    trail: ".",
    axis: "-",
    tick: "+",
    grid: ":",
    ellipsis: "~",
  },
};

export function glyphsOf({ charset }: PlotStyle): Glyphs {
  return glyphs[charset];
}

/** Columns that are drawn on. */
export function roomOf({ columns }: PlotStyle): number {
  return Math.min(columns, mostColumns);
}

const asciiWords: Readonly<Record<string, string>> = {
  µ: "u",
  "×": "x",
  "±": "+-",
  "·": "-",
  "…": "...",
  "−": "-",
};

/** A text in what the terminal can show. Marks of footnotes stay: the table above has the same. */
export function inCharset(text: string, { charset }: PlotStyle): string {
  return charset === "unicode" ? text : text.replace(/[µ×±·…−]/g, (one) => asciiWords[one] ?? one);
}
