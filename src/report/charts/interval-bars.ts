import type { Canvas } from "./canvas.ts";
import type { Line } from "./kinds.ts";
import { toneStyle } from "./theme.ts";
import type { Scale } from "./units.ts";

type RenderApi = { coord(at: readonly [number, number]): number[] };

const capPx = 3;

/** The intervals of a line's points, as upright lines with caps, without one where they go on beyond the axis; they go with the line's entry in the legend. */
export function intervalBars(
  { intervals, tone }: Line,
  name: string,
  scale: Scale,
  { theme }: Canvas,
) {
  const { color } = toneStyle(tone, theme);
  return {
    type: "custom" as const,
    name,
    silent: true,
    z: 2,
    itemStyle: { color },
    data: intervals.map(([at, low]) => [at, Math.max(low, scale.min)]),
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const [at, low, high] = intervals[dataIndex] ?? [];
      if (at === undefined || low === undefined || high === undefined) return null;
      const [x = 0, y1 = 0] = api.coord([at, Math.max(low, scale.min)]);
      const [, y2 = 0] = api.coord([at, Math.min(high, scale.max)]);
      const line = (shape: object) => ({
        type: "line",
        shape,
        style: { stroke: color, lineWidth: 1, opacity: 0.5 },
      });
      return {
        type: "group",
        children: [
          line({ x1: x, y1, x2: x, y2 }),
          ...(low < scale.min ? [] : [line({ x1: x - capPx, y1, x2: x + capPx, y2: y1 })]),
          ...(high > scale.max ? [] : [line({ x1: x - capPx, y1: y2, x2: x + capPx, y2 })]),
        ],
      };
    },
  };
}
