import type { Approach } from "../approaches/approach.ts";
import { dispatchers } from "../dispatchers/index.ts";
import type { Results } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import { comparisons } from "./comparison.ts";
import { conclude } from "./conclusion.ts";
import { contention } from "./contention.ts";
import { dispatches } from "./dispatch.ts";
import { indent, wrap } from "./format.ts";
import {
  plainStyle,
  renderComparison,
  renderContention,
  renderDispatch,
  renderNote,
  renderWorkload,
  type TableStyle,
} from "./table.ts";
import { concludeWorkloads, workloads } from "./workload.ts";

/** The tables alone, without colours. */
export function renderTables(results: Results): string {
  return `${tablesOf(results, plainStyle).join("\n\n")}\n`;
}

function tablesOf(results: Results, style: TableStyle): string[] {
  const floods = contention(results);
  return [
    ...comparisons(results).map((one) => renderComparison(one, style)),
    ...(floods === null ? [] : [renderContention(floods, style)]),
    ...dispatches(results).map((one) => renderDispatch(one, style)),
    ...workloads(results).map((one) => renderWorkload(one, style)),
  ];
}

/** What was measured, as far as it can be told of in words: the user's own among them. */
export type Measured = {
  readonly wakers: readonly Waker[];
  readonly dispatchers: readonly Approach[];
  /** Of workloads: libraries, handlers, fetchers. */
  readonly others?: readonly Approach[];
};

/**
 * All that `compare` and `run` say at their end: tables, the verdict in one sentence, the code that does
 * it, and when to use each.
 */
export function renderVerdict(results: Results, measured: Measured, style: TableStyle): string {
  const known = [...measured.wakers, ...wakers];
  const native = new Set(known.filter(isRecommendable).map(({ id }) => id));
  const { sentence, advised, dispatcher } = conclude(results, native);
  const work = concludeWorkloads(results);
  const sentences = [sentence, ...work.sentences].filter((each) => each !== null);
  const parts = [...tablesOf(results, style), renderProse(sentences.join(" "), style)];
  for (const [index, id] of advised.entries()) {
    const purpose = index === 0 ? "" : ", under contention";
    parts.push(...codeOf(known, id, advised.length > 1 ? `${id}${purpose}` : null));
  }
  if (dispatcher !== null) {
    const callable = [...measured.dispatchers, ...dispatchers];
    parts.push(
      ...codeOf(callable, dispatcher, advised.length > 0 ? `${dispatcher}, for calls` : null),
    );
  }
  const all = [...measured.wakers, ...measured.dispatchers, ...(measured.others ?? [])];
  parts.push(...whenToUse(all, work.guidance, style));
  for (const kind of work.kinds) {
    parts.push(style.dim(`The code of each: wakerbench list ${kind} NAME`));
  }
  parts.push(...work.summaries.map((summary) => style.bold(summary)));
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

/** The code to paste, where there is any. A file of a user's may have no advice. */
function codeOf(known: readonly Partial<Approach>[], id: string, heading: string | null): string[] {
  const code = known.find((approach) => approach.id === id)?.advice?.code;
  if (code === undefined) return [];
  return [`${heading === null ? "" : `${heading}:\n\n`}${indent(code)}`];
}

/** Lines that are wrapped narrower than this are harder to read than those that the terminal breaks. */
const leastRoom = 28;

/** @param guidance what belongs to none of them alone */
function whenToUse(
  measured: readonly Approach[],
  guidance: readonly string[],
  style: TableStyle,
): string[] {
  const advised = measured.filter(({ id, advice }) => id !== "floor" && advice !== undefined);
  if (advised.length + guidance.length === 0) return [];
  const width = Math.max(...advised.map(({ id }) => id.length));
  const margin = " ".repeat(width + 4);
  const room = Math.max(leastRoom, (style.columns ?? Number.POSITIVE_INFINITY) - margin.length);
  const lines = advised.flatMap(({ id, advice }) => [
    `  ${style.bold(id.padEnd(width))}  ${wrap(advice.when, room).join(`\n${margin}`)}`,
    `${margin}${style.dim(wrap(`but: ${advice.against}`, room).join(`\n${margin}`))}`,
  ]);
  const further = guidance.map((line) => renderNote(line, { ...style, dim: (text) => text }));
  return [[style.bold("When to use each"), ...lines, ...further].join("\n")];
}

/** A native thread can ring it, and the loop may sleep until then. */
function isRecommendable({ traits, pollPeriodNs }: Waker): boolean {
  return traits.native && pollPeriodNs === undefined;
}
