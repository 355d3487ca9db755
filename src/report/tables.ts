import type { Results } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import { comparisons } from "./comparison.ts";
import { conclude } from "./conclusion.ts";
import { contention } from "./contention.ts";
import { indent } from "./format.ts";
import { plainStyle, renderComparison, renderContention, type TableStyle } from "./table.ts";

/** The tables alone, without colours. */
export function renderTables(results: Results): string {
  return `${tablesOf(results, plainStyle).join("\n\n")}\n`;
}

function tablesOf(results: Results, style: TableStyle): string[] {
  const tables = comparisons(results).map((one) => renderComparison(one, style));
  const floods = contention(results);
  return floods === null ? tables : [...tables, renderContention(floods, style)];
}

/**
 * All that `compare` says at its end: tables, the verdict in one sentence, the code that does it, and
 * when to use each.
 *
 * @param measured the wakers that were measured, the user's own among them
 */
export function renderVerdict(
  results: Results,
  measured: readonly Waker[],
  style: TableStyle,
): string {
  const known = [...measured, ...wakers];
  const native = new Set(known.filter(isRecommendable).map(({ id }) => id));
  const { sentence, advised: recommended } = conclude(results, native);
  const parts = [...tablesOf(results, style), style.bold(sentence)];
  for (const [index, id] of recommended.entries()) {
    const code = known.find((waker) => waker.id === id)?.advice?.code;
    if (code === undefined) continue;
    const heading =
      recommended.length > 1 ? `${index === 0 ? id : `${id}, under contention`}:\n\n` : "";
    parts.push(`${heading}${indent(code)}`);
  }
  const advised = measured.filter(({ id, advice }) => id !== "floor" && advice !== undefined);
  if (advised.length > 0) {
    const width = Math.max(...advised.map(({ id }) => id.length));
    const lines = advised.flatMap(({ id, advice }) => [
      `  ${style.bold(id.padEnd(width))}  ${advice.when}`,
      `  ${" ".repeat(width)}  ${style.dim(`but: ${advice.against}`)}`,
    ]);
    parts.push(`${style.bold("When to use each")}\n${lines.join("\n")}`);
  }
  return `${parts.join("\n\n")}\n`;
}

/** A native thread can ring it, and the loop may sleep until then. */
function isRecommendable({ traits, pollPeriodNs }: Waker): boolean {
  return traits.native && pollPeriodNs === undefined;
}
