import type { Results } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import { comparisons } from "./comparison.ts";
import { indent } from "./format.ts";
import { plainStyle, renderComparison, type TableStyle } from "./table.ts";
import { recommend } from "./verdict.ts";

/** The tables alone, without colours. */
export function renderTables(results: Results): string {
  const tables = comparisons(results).map((one) => renderComparison(one, plainStyle));
  return `${tables.join("\n\n")}\n`;
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
  const native = new Set(known.filter(({ traits }) => traits.native).map(({ id }) => id));
  const tables = comparisons(results).map((one) => renderComparison(one, style));
  const { sentence, waker: recommended } = recommend(results, native);
  const parts = [...tables, style.bold(sentence)];
  const code = known.find(({ id }) => id === recommended)?.advice?.code;
  if (code !== undefined) parts.push(indent(code));
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
