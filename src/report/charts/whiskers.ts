import type { Canvas } from "./canvas.ts";
import type { BarRow } from "./kinds.ts";
import type { Scale } from "./units.ts";

type RenderApi = { coord(at: readonly [number, number]): number[] };

const capPx = 4;

/** The interval of each row's first part, as a line with caps; without one where it goes on beyond the axis. */
export function whiskers(rows: readonly BarRow[], scale: Scale, { theme }: Canvas) {
  return {
    type: "custom" as const,
    silent: true,
    z: 3,
    data: rows.map((_, index) => [scale.min, index]),
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const interval = rows[dataIndex]?.intervals[0] ?? null;
      if (interval === null) return null;
      const [low, high] = interval.map((end) => Math.min(scale.max, Math.max(scale.min, end)));
      const [x1 = 0, y = 0] = api.coord([low ?? 0, dataIndex]);
      const [x2 = 0] = api.coord([high ?? 0, dataIndex]);
      const lines = [
        { x1, y1: y, x2, y2: y },
        ...(interval[0] < scale.min ? [] : [{ x1, y1: y - capPx, x2: x1, y2: y + capPx }]),
        ...(interval[1] > scale.max ? [] : [{ x1: x2, y1: y - capPx, x2, y2: y + capPx }]),
      ];
      // A bar may be as light or as dark as the line: a seam of the ground keeps them apart.
      const strokes = [
        { stroke: theme.ground, lineWidth: 4 },
        { stroke: theme.ink, lineWidth: 1.5 },
      ];
      return {
        type: "group",
        children: strokes.flatMap((style) =>
          lines.map((shape) => ({ type: "line", shape, style })),
        ),
      };
    },
  };
}
