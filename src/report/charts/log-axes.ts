import { axisStyle, type Canvas, type Frame } from "./canvas.ts";
import type { Lines, Unit } from "./kinds.ts";
import { textWidthPx } from "./text-width.ts";
import { formatTick, type Scale } from "./units.ts";

/** The percentiles that an axis names, as 1 / (1 − quantile). */
const tailTicks = [
  [1, "0 %"],
  [2, "50 %"],
  [4, "75 %"],
  [10, "90 %"],
  [100, "99 %"],
  [1e3, "99.9 %"],
  [1e4, "99.99 %"],
  [1e5, "99.999 %"],
  [1e6, "99.9999 %"],
] as const;

/** HdrHistogram's: each step to the right is a tenth of the samples that were left. */
export function tailAxis({ xAxis, lines }: Lines, _frame: Frame, canvas: Canvas) {
  const furthest = Math.max(2, ...lines.flatMap(({ points }) => points.map(([at]) => at)));
  const ticks = tailTicks.filter(([at]) => at <= furthest * 1.001);
  const names = new Map<number, string>(ticks);
  const values = ticks.map(([at]) => at);
  const nameOf = (at: number) => names.get(Math.round(at)) ?? "";
  const axis = logAxis({ min: 1, max: furthest }, values, nameOf, canvas);
  return { ...axis, ...namedBelow(xAxis), axisPointer: pointerOf(canvas) };
}

/** Numbers of threads; where they are many and near one another not each is named. */
export function threadsAxis({ xAxis, lines }: Lines, frame: Frame, canvas: Canvas) {
  const counts = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted(
    (one, other) => one - other,
  );
  const [least = 1, most = 1] = [counts[0], counts.at(-1)];
  const [min, max] = least === most ? [least / 1.5, most * 1.5] : [least / 1.06, most * 1.06];
  const values = farEnough(counts, min, max, frame.width, canvas.fontPx);
  const axis = logAxis({ min, max }, values, String, canvas);
  return { ...axis, ...namedBelow(xAxis), axisPointer: pointerOf(canvas) };
}

function farEnough(
  counts: readonly number[],
  min: number,
  max: number,
  widthPx: number,
  fontPx: number,
): number[] {
  let free = Number.NEGATIVE_INFINITY;
  return counts.filter((count) => {
    const at = (widthPx * Math.log(count / min)) / Math.log(max / min);
    const half = textWidthPx(String(count), fontPx) / 2 + 3;
    if (at - half < free) return false;
    free = at + half;
    return true;
  });
}

function pointerOf({ theme }: Canvas) {
  return { type: "line" as const, label: { show: false }, lineStyle: { color: theme.faintInk } };
}

function namedBelow(name: string) {
  return { name, nameLocation: "middle" as const, nameGap: 26 };
}

/** What all logarithmic axes share, with named places at `values`. */
function logAxis(
  { min, max }: Pick<Scale, "min" | "max">,
  values: readonly number[],
  formatter: (amount: number) => string,
  canvas: Canvas,
) {
  const style = axisStyle(canvas);
  return {
    ...style,
    type: "log" as const,
    min,
    max,
    axisTick: { ...style.axisTick, customValues: values },
    axisLabel: { ...style.axisLabel, customValues: values, formatter },
  };
}

/** An axis of figures in `unit`; where it stands is the caller's business. */
export function figureAxis(unit: Unit, scale: Scale, canvas: Canvas) {
  return logAxis(scale, scale.ticks, (amount) => formatTick(unit, amount), canvas);
}
