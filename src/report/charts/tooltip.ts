import { format } from "echarts/core";

/** A tooltip's HTML: a heading, and lines of a name and a figure. Names may be a user's, and are escaped. */
export function tooltipHtml(
  heading: string,
  lines: readonly (readonly [name: string, figure: string])[],
): string {
  const rows = lines.map(
    ([name, figure]) =>
      `<tr><td style="padding-right:12px">${escaped(name)}</td><td style="text-align:right">${escaped(figure)}</td></tr>`,
  );
  return `<b>${escaped(heading)}</b><table style="border-spacing:0;line-height:1.3">${rows.join("")}</table>`;
}

function escaped(text: string): string {
  return format.encodeHTML(text);
}

/** What ECharts tells the formatter of a tooltip of an axis, as far as we know it. */
export function axisHit(told: unknown): { readonly row: number; readonly axis: number } | null {
  const [first] = Array.isArray(told) ? (told as unknown[]) : [told];
  if (typeof first !== "object" || first === null) return null;
  const { axisValue, axisIndex } = first as { axisValue?: unknown; axisIndex?: unknown };
  const row = Number(axisValue);
  return Number.isInteger(row) ? { row, axis: Number(axisIndex ?? 0) } : null;
}
