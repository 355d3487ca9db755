import type { Parameter } from "../approaches/approach.ts";
import type { Waker } from "../wakers/waker.ts";
import { indent } from "./format.ts";
import type { TableStyle } from "./table.ts";

const header = ["Waker", "Kind", "Payload", "Keeps alive", "Coalesces", "Summary"];
const gap = 2;
/** A summary that is wrapped narrower than this is harder to read than one that is not. */
const leastSummary = 28;

/**
 * What is known of each waker without trying it, a line each.
 *
 * @param width columns of the terminal: summaries are wrapped to them where there is room. Infinity
 *   where there is no terminal, so that each line is a waker.
 */
export function renderWakers(
  wakers: readonly Waker[],
  style: Pick<TableStyle, "dim">,
  width: number,
): string {
  const rows = wakers.map(({ id, summary, traits }) => [
    id,
    traits.kind,
    shortly(traits.payload),
    traits.keepsAlive ? "yes" : "no",
    traits.coalesces ? "yes" : "no",
    summary,
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const before = widths.slice(0, -1).reduce((sum, each) => sum + gap + each, gap);
  const room = width - before >= leastSummary ? width - before : Number.POSITIVE_INFINITY;
  const line = (row: readonly string[]) => {
    const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const summary = wrap(row.at(-1) ?? "", room).join(`\n${" ".repeat(before)}`);
    return " ".repeat(gap) + [...cells, summary].join(" ".repeat(gap));
  };
  return [style.dim(line(header)), ...rows.map(line)].join("\n");
}

/** A trait's words without what explains them. */
function shortly(words: string): string {
  return words.split(/ \(|:|, /)[0] ?? words;
}

/** The text in lines of at most `room` columns, except for words that are longer. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Everything that is known of a waker without trying it, with the code to paste. */
export function renderWaker(waker: Waker, style: Pick<TableStyle, "bold">): string {
  const { id, title, summary, traits, advice, parameters = {} } = waker;
  const facts = [
    ["kind", traits.kind],
    ["payload", traits.payload],
    ["coalesces", traits.coalesces ? "yes: several rings may arrive as one" : "no"],
    ["keeps alive", traits.keepsAlive ? "yes" : "no: hold a timer or a ref"],
    ["native", traits.native ? "yes" : "no: a native thread cannot ring it"],
    ["platforms", traits.platforms.join(", ")],
    ...(traits.caveat === undefined ? [] : [["mind", traits.caveat]]),
    ...Object.entries(parameters).map(([name, parameter]) => ["parameter", say(name, parameter)]),
    ["use it when", advice.when],
    ["but", advice.against],
  ].map(([label = "", text]) => `  ${label.padEnd(12)} ${text}`);
  return [
    style.bold(`${id}: ${title}`),
    `  ${summary}`,
    "",
    ...facts,
    "",
    indent(advice.code),
  ].join("\n");
}

/** `period=1ms|8ms (default: 1ms): how long between two polls` */
function say(name: string, parameter: Parameter): string {
  return `${name}=${parameter.values.join("|")} (default: ${parameter.default}): ${parameter.description}`;
}
