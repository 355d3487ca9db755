import { type Charset, leastColumns, type PlotStyle } from "../report/plots/plot-style.ts";

/** What `--plot` takes. */
export const plotChoices = ["auto", "unicode", "ascii", "off"] as const;

export type PlotChoice = (typeof plotChoices)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** What is assumed of a file or a pipe, and of a terminal that does not know. */
const usualColumns = 80;

/**
 * How plots are drawn on a stream, or undefined when they are not. By itself (`auto`) only a terminal gets
 * them: whoever reads a pipe wants the figures. `unicode` and `ascii` ask for them wherever the output goes.
 */
export function plotStyleFor(
  choice: PlotChoice,
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns">,
  environment: Environment = process.env,
): PlotStyle | undefined {
  const isTerminal = stream.isTTY === true;
  if (choice === "off" || (choice === "auto" && !isTerminal)) return undefined;
  const columns = isTerminal && stream.columns > 0 ? stream.columns : columnsOf(environment);
  if (columns < leastColumns) return undefined;
  return { columns, charset: choice === "auto" ? charsetOf(environment) : choice };
}

function columnsOf({ COLUMNS }: Environment): number {
  return /^[1-9]\d{0,4}$/.test(COLUMNS ?? "") ? Number(COLUMNS) : usualColumns;
}

/**
 * What the terminal shows, by the locale: of LC_ALL, LC_CTYPE and LANG the first that is set and not empty.
 *
 * Source: POSIX.1-2017, Base Definitions, 8.2 Internationalization Variables
 */
export function charsetOf({ LC_ALL, LC_CTYPE, LANG, TERM }: Environment): Charset {
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return TERM !== "dumb" && /utf-?8/i.test(locale) ? "unicode" : "ascii";
}
