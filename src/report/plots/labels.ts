import { plural } from "../format.ts";
import { glyphsOf, inCharset, type PlotStyle, roomOf } from "./plot-style.ts";

/** More rows are no longer seen at a glance: the others are in the table. */
const mostRows = 12;
const widestLabelShare = 0.4;

/** Left of every line, as of the tables. */
export const margin = "  ";

/**
 * The rows that are drawn, in the order of the table: all, or the best ones.
 *
 * @param badnessOf less is better; null: there is nothing to draw
 */
export function chooseRows<R>(
  rows: readonly R[],
  badnessOf: (row: R) => number | null,
): { readonly shown: readonly R[]; readonly note: string | null } {
  if (rows.length <= mostRows) return { shown: rows, note: null };
  const ranked = rows.toSorted(
    (one, other) => (badnessOf(one) ?? Infinity) - (badnessOf(other) ?? Infinity),
  );
  const best = new Set(ranked.slice(0, mostRows));
  const others = rows.length - best.size;
  return {
    shown: rows.filter((row) => best.has(row)),
    note: `the best ${mostRows}; ${plural(others, "more row")} in the table`,
  };
}

/** Names of equal width, cut where they would leave no room for what they name; the gap behind included. */
export function fitLabels(labels: readonly string[], style: PlotStyle): string[] {
  const most = Math.floor(roomOf(style) * widestLabelShare);
  const texts = labels.map((label) => inCharset(label, style));
  const width = Math.min(most, Math.max(...texts.map((text) => Bun.stringWidth(text))));
  return texts.map((text) => {
    const fitting =
      Bun.stringWidth(text) <= width
        ? text
        : `${[...text].slice(0, width - 1).join("")}${glyphsOf(style).ellipsis}`;
    return fitting + " ".repeat(width - Bun.stringWidth(fitting) + 2);
  });
}
