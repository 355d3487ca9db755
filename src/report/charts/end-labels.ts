import type { Canvas, Frame } from "./canvas.ts";
import type { Line } from "./kinds.ts";
import { spread } from "./spread.ts";
import { toneStyle } from "./theme.ts";
import type { Scale } from "./units.ts";

/** How far the names of curves are from one another at least. */
export const endLabelPx = 14;
/** Between the plot and the names. */
export const leaderPx = 40;
/** A piece of the curve itself, beside its name. */
const swatchPx = 26;

type RenderApi = { coord(at: readonly [number, number]): number[] };

/** The names of curves right of the plot, in the order of their ends, each with a faint line to its own. */
export function endLabels(
  lines: readonly Line[],
  names: readonly string[],
  frame: Frame,
  { min, max }: Scale,
  { theme, fontPx }: Canvas,
) {
  const ends = lines.map(({ points }) => {
    const [, amount = min] = points.at(-1) ?? [];
    return frame.height * (1 - Math.log(amount / min) / Math.log(max / min));
  });
  const places = spread(ends, endLabelPx, frame.height);
  const right = frame.left + frame.width;
  return {
    type: "custom" as const,
    silent: true,
    z: 1,
    clip: false,
    data: lines.map(({ points }) => points.at(-1) ?? []),
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const line = lines[dataIndex];
      const [at, amount] = line?.points.at(-1) ?? [];
      if (line === undefined || at === undefined || amount === undefined) return null;
      const [x = 0] = api.coord([at, amount]);
      const from = frame.top + (ends[dataIndex] ?? 0);
      const to = frame.top + (places[dataIndex] ?? 0);
      const { color, dashes } = toneStyle(line.tone, theme);
      const faint = { stroke: color, lineWidth: 1, opacity: 0.6, fill: "none" };
      const polyline = (points: readonly (readonly number[])[], style: object) => ({
        type: "polyline",
        shape: { points },
        style: { ...faint, ...style },
      });
      return {
        type: "group",
        children: [
          // A curve may end long before the plot does.
          polyline(
            [
              [x, from],
              [right, from],
            ],
            { lineDash: [1, 3] },
          ),
          polyline(
            [
              [right, from],
              [right + leaderPx - swatchPx, to],
            ],
            {},
          ),
          polyline(
            [
              [right + leaderPx - swatchPx, to],
              [right + leaderPx - 2, to],
            ],
            { lineWidth: 2, opacity: 1, lineDash: [...dashes] },
          ),
          {
            type: "text",
            x: right + leaderPx + 2,
            y: to,
            style: {
              text: names[dataIndex] ?? "",
              // A tone is enough for a mark, but not for text.
              fill: line.fault === null ? theme.ink : theme.fault,
              fontSize: fontPx,
              textVerticalAlign: "middle",
            },
          },
        ],
      };
    },
  };
}
