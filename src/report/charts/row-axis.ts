import { axisStyle, type Canvas, type Frame } from "./canvas.ts";
import type { Row } from "./kinds.ts";
import { fitText } from "./text-width.ts";

/** The axis of rows, the first one at the top. Its values are the rows' indices: two rows may have one name. */
export function rowAxis(texts: readonly string[], rows: readonly Row[], canvas: Canvas) {
  const style = axisStyle(canvas);
  const { theme, fontPx } = canvas;
  return {
    ...style,
    type: "category" as const,
    inverse: true,
    data: texts.map((_, index) => String(index)),
    splitLine: { show: false },
    axisPointer: { type: "shadow" as const },
    axisLabel: {
      interval: 0,
      fontSize: fontPx,
      margin: 8,
      formatter: (index: string) => texts[Number(index)] ?? "",
      color: (index?: string | number) =>
        (rows[Number(index)]?.fault ?? null) === null ? theme.ink : theme.fault,
    },
  };
}

/** What stands right of a row, and what went wrong with it. */
export type RowText = { readonly figure: string; readonly fault: string | null };

type RenderApi = { coord(at: readonly [number, number]): number[] };

/** Figures at the right end of each row; faults in the plot, where a row has them. */
export function rowTexts(
  rows: readonly RowText[],
  frame: Frame,
  xMin: number,
  { theme, fontPx }: Canvas,
  axisIndex = 0,
) {
  return {
    type: "custom" as const,
    silent: true,
    z: 4,
    xAxisIndex: axisIndex,
    yAxisIndex: axisIndex,
    data: rows.map((_, index) => [xMin, index]),
    renderItem({ dataIndex }: { dataIndex: number }, api: RenderApi) {
      const row = rows[dataIndex];
      if (row === undefined) return null;
      const [, y = 0] = api.coord([xMin, dataIndex]);
      const style = { textVerticalAlign: "middle", fontSize: fontPx };
      const fault = row.fault === null ? "" : `! ${fitText(row.fault, fontPx, frame.width - 20)}`;
      return {
        type: "group",
        children: [
          {
            type: "text",
            x: frame.left + frame.width + 8,
            y,
            style: { ...style, text: row.figure, fill: theme.ink },
          },
          {
            type: "text",
            x: frame.left + 6,
            y,
            // A row that lost something may have a bar all the same, and red on it cannot be read.
            style: {
              ...style,
              ...(fault === "" ? {} : { backgroundColor: theme.ground, padding: [2, 4] }),
              text: fault,
              fill: theme.fault,
            },
          },
        ],
      };
    },
  };
}
