import type { Approach, Parameter } from "../approaches/approach.ts";
import { contendersOf } from "../approaches/parameters.ts";
import { indent, wrap } from "./format.ts";
import type { TableStyle } from "./table.ts";

const gap = 2;
/** A summary that is wrapped narrower than this is harder to read than one that is not. */
const leastSummary = 28;

/**
 * Approaches of one kind, a line each; the last cell is their summary.
 *
 * @param width columns of the terminal: summaries are wrapped to them where there is room. Infinity
 *   where there is no terminal, so that each line is an approach.
 */
export function renderList(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Pick<TableStyle, "dim">,
  width: number,
): string {
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

/** A word and what it stands for, as a page of facts has them. */
export type Fact = readonly [label: string, text: string];

/** Everything that is known of an approach without trying it, with the code to paste. */
export function renderDetail(
  approach: Approach,
  traits: readonly Fact[],
  style: Pick<TableStyle, "bold">,
): string {
  const { id, title, summary, advice } = approach;
  const facts: readonly Fact[] = [
    ...traits,
    ...parameterFacts(approach),
    ["use it when", advice.when],
    ["but", advice.against],
  ];
  return [
    style.bold(`${id}: ${title}`),
    `  ${summary}`,
    "",
    ...facts.map(([label, text]) => `  ${label.padEnd(12)} ${text}`),
    "",
    indent(advice.code),
  ].join("\n");
}

/** What may stand behind its name, a fact each. */
export function parameterFacts({ parameters = {} }: Approach): readonly Fact[] {
  return Object.entries(parameters).map(([name, one]) => ["parameter", say(name, one)]);
}

/** `period=1ms|8ms (default: 1ms): how long between two polls` */
function say(name: string, parameter: Parameter): string {
  return `${name}=${parameter.values.join("|")} (default: ${parameter.default}): ${parameter.description}`;
}

/** What the tables mark, where an approach has such a thing. */
type Marked = Approach & { readonly caveat?: string };

/**
 * What is known of the contenders of a workload without trying them, a line each.
 *
 * @param width columns of the terminal; Infinity where there is none
 */
export function renderApproaches(
  approaches: readonly Approach[],
  style: Pick<TableStyle, "dim">,
  width: number,
): string {
  const rows = approaches.map(({ id, title, parameters = {}, summary }) => [
    id,
    title,
    Object.keys(parameters).join(", ") || "none",
    summary,
  ]);
  return renderList(["Name", "Title", "Parameters", "Summary"], rows, style, width);
}

/** Everything that is known of a workload's contender without trying it, with the code to paste. */
export function renderApproach(approach: Marked, style: Pick<TableStyle, "bold">): string {
  return renderDetail(approach, approachFacts(approach), style);
}

/** What any approach may tell beside its advice: its variants, and what must be known to read its figures. */
export function approachFacts(approach: Marked): readonly Fact[] {
  const variants = contendersOf(approach);
  const { caveat } = approach;
  return [
    ...(variants.length > 1 ? [["all measures", variants.join(" ")] as const] : []),
    ...(caveat === undefined ? [] : [["mind", caveat] as const]),
  ];
}
