/**
 * One chart of a report: plain data that can be sent to a page, the words around it, and the table that says
 * the same in figures. How it is drawn is the business of its `kind`, by the same code in the terminal's
 * process (SVG, PNG) and in the page.
 */
export type Chart<Kind extends string = string, Data = unknown> = {
  /** Unique within a report, kebab-case: the stem of its file names. */
  readonly id: string;
  readonly kind: Kind;
  readonly scenario: string;
  readonly title: string;
  /** What was measured, and how to read it: one line. */
  readonly subtitle: string;
  /** What it shows, for those who cannot see it: one or two sentences with figures. */
  readonly description: string;
  /** The same in figures, header first. */
  readonly cells: readonly (readonly string[])[];
  /** JSON: no functions, no undefined, no NaN. */
  readonly data: Data;
};

/** Light or dark ground. */
export type Scheme = "light" | "dark";
