import type { Canvas, Frame } from "./canvas.ts";
import type { BarGroup, Bars } from "./kinds.ts";
import { boldness, wrapText } from "./text-width.ts";
import { linearScale, logScale, type Scale } from "./units.ts";

/** Where a group of bars stands, and its scale. */
export type BarFrame = Frame &
  BarGroup & {
    /** The group's title in lines that fit, and where the first of them begins. */
    readonly heading: { readonly lines: readonly string[]; readonly top: number };
    readonly scale: Scale;
    /** Whether the axis is named below it. */
    readonly hasAxis: boolean;
  };

const rowPx = 26;
/** Of one line of a heading. */
export const headingLinePx = 16;
const headingGapPx = 8;
const ticksPx = 22;
const axisNamePx = 20;
const gapPx = 10;

/** Places the groups below one another. `bottom` is where the next thing may begin. */
export function barFrames(
  bars: Bars,
  leftPx: number,
  rightPx: number,
  { widthPx, fontPx }: Canvas,
) {
  const width = Math.max(80, widthPx - leftPx - 4 - rightPx);
  const mostTicks = Math.max(2, Math.floor(width / 66));
  const reachOf = (group: BarGroup) => amountsOf(group, bars.shape);
  const scaleOf = bars.shape === "points" ? logScale : linearScale;
  const shared = scaleOf(bars.groups.flatMap(reachOf), mostTicks);
  let top = 4;
  const frames = bars.groups.map((group, index): BarFrame => {
    const lines = group.title === "" ? [] : wrapText(group.title, fontPx * boldness, widthPx);
    const heading = { lines, top };
    if (lines.length > 0) top += lines.length * headingLinePx + headingGapPx;
    const height = Math.max(1, group.rows.length) * rowPx;
    const hasAxis = index === bars.groups.length - 1;
    const frame = {
      ...group,
      heading,
      left: leftPx + 4,
      top,
      width,
      height,
      hasAxis,
      scale: bars.isScaleShared ? shared : scaleOf(reachOf(group), mostTicks),
    };
    top += height + ticksPx + (hasAxis ? axisNamePx : 0) + gapPx;
    return frame;
  });
  return { frames, bottom: top };
}

/** Two or three rounds may give an interval so wide that no bar could be seen beside it; it is cut at the axis's end. */
const intervalReach = 2;

/** All that the scale has to reach. */
function amountsOf({ rows }: BarGroup, shape: Bars["shape"]): number[] {
  const shown = rows.flatMap(({ amounts, mark }) => {
    const known = amounts.filter((amount) => amount !== null);
    // Bars are stacked; points stand each at its own amount.
    const sum = known.reduce((total, amount) => total + amount, 0);
    const ends = shape === "bars" && known.length > 0 ? [sum] : known;
    return [...ends, ...(mark === null ? [] : [mark])];
  });
  const positive = shown.filter((amount) => amount > 0);
  const [least, most] = [
    Math.min(...positive) / intervalReach,
    Math.max(...positive) * intervalReach,
  ];
  const ends = rows.flatMap(({ intervals }) => intervals.flatMap((interval) => interval ?? []));
  return [...shown, ...ends.map((end) => Math.min(most, Math.max(least, end)))];
}
