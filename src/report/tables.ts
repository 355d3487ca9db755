import type { Results } from "../results/schema.ts";
import { adviceOf, type Measured, type ReportAdvice } from "./advice.ts";
import { indent, wrap } from "./format.ts";
import { plainStyle, renderGroup, renderNote, type TableStyle } from "./table.ts";
import { tableGroups } from "./table-groups.ts";

/** The tables alone, without colours. */
export function renderTables(results: Results): string {
  return `${tablesOf(results, plainStyle).join("\n\n")}\n`;
}

function tablesOf(results: Results, style: TableStyle): string[] {
  return tableGroups(results).map((group) => renderGroup(group, style));
}

/**
 * All that `compare` and `run` say at their end: tables, the verdict in one sentence, the code that does
 * it, and when to use each.
 */
export function renderVerdict(results: Results, measured: Measured, style: TableStyle): string {
  const advice = adviceOf(results, measured);
  const parts = [
    ...tablesOf(results, style),
    renderProse(advice.sentences.join(" "), style),
    ...advice.codes.map(
      ({ purpose, code }) => `${purpose === null ? "" : `${purpose}:\n\n`}${indent(code)}`,
    ),
    ...whenToUse(advice, style),
    ...advice.kinds.map((kind) => style.dim(`The code of each: wakerbench list ${kind} NAME`)),
    ...advice.summaries.map((summary) => style.bold(summary)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** In as many lines as the terminal needs; nothing where there is nothing to say, and no escape codes about it. */
function renderProse(
  text: string,
  { bold, columns = Number.POSITIVE_INFINITY }: TableStyle,
): string {
  if (text === "") return "";
  const fitting = (line: string) => (line.length > columns ? wrap(line, columns) : [line]);
  return bold(text.split("\n").flatMap(fitting).join("\n"));
}

/** Lines that are wrapped narrower than this are harder to read than those that the terminal breaks. */
const leastRoom = 28;

function whenToUse({ uses, guidance }: ReportAdvice, style: TableStyle): string[] {
  if (uses.length + guidance.length === 0) return [];
  const width = Math.max(0, ...uses.map(({ id }) => id.length));
  const margin = " ".repeat(width + 4);
  const room = Math.max(leastRoom, (style.columns ?? Number.POSITIVE_INFINITY) - margin.length);
  const lines = uses.flatMap(({ id, advice }) => [
    `  ${style.bold(id.padEnd(width))}  ${wrap(advice.when, room).join(`\n${margin}`)}`,
    `${margin}${style.dim(wrap(`but: ${advice.against}`, room).join(`\n${margin}`))}`,
  ]);
  const further = guidance.map((line) => renderNote(line, { ...style, dim: (text) => text }));
  return [[style.bold("When to use each"), ...lines, ...further].join("\n")];
}
