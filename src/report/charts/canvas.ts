import type { Scheme } from "./chart.ts";
import type { Row, Tone } from "./kinds.ts";
import { fitText, textWidthPx, widestPx } from "./text-width.ts";
import { type Theme, themes, toneStyle } from "./theme.ts";

/** The room that a chart has, and how it looks. */
export type Canvas = {
  readonly theme: Theme;
  readonly widthPx: number;
  /** As on a phone: names are short, and nothing stands beside the plot that can stand below it. */
  readonly isNarrow: boolean;
  readonly fontPx: number;
};

const narrowPx = 560;

/** Without quotes, which ECharts would write into an attribute as they are. What browsers have instead is narrower. */
export const fontFamily = "DejaVu Sans, system-ui, sans-serif";

export function canvasOf(scheme: Scheme, widthPx: number): Canvas {
  const isNarrow = widthPx < narrowPx;
  return { theme: themes[scheme], widthPx, isNarrow, fontPx: isNarrow ? 11 : 12 };
}

/** A rectangle of the drawing, in pixels. */
export type Frame = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

const labelGapPx = 8;
/** Names may take so much of the width; longer ones are cut. */
export const labelShare = 0.42;

/** Names of rows as they stand left of the plot, and the room for them with the gap. */
export function rowLabels(
  rows: readonly Row[],
  { isNarrow, fontPx, widthPx }: Canvas,
): { readonly texts: readonly string[]; readonly roomPx: number } {
  const most = labelShare * widthPx;
  const texts = rows.map(({ label, fault }) => {
    const name = isNarrow ? shortLabel(label) : label;
    return fitText(fault === null ? name : `! ${name}`, fontPx, most);
  });
  return { texts, roomPx: Math.ceil(widestPx(texts, fontPx)) + labelGapPx };
}

/** `ring:doorbell=eventfd` in so few letters that a phone has room for it: `ring:eventfd`. */
export function shortLabel(label: string): string {
  return label.replace(/:[a-z]+=/gi, ":");
}

/** What an option of ECharts begins with. */
export function baseOption({ theme, fontPx }: Canvas) {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily, fontSize: fontPx, color: theme.ink },
  };
}

/** A grid that stands where we say: labels are counted in already. */
export function gridOf({ left, top, width, height }: Frame) {
  return { left, top, width, height, containLabel: false, outerBoundsMode: "none" as const };
}

/** The look of all value axes. */
export function axisStyle({ theme, fontPx }: Canvas) {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: theme.faintInk, fontSize: fontPx - 1 },
    splitLine: { show: true, lineStyle: { color: theme.gridLine } },
    nameTextStyle: { color: theme.faintInk, fontSize: fontPx - 1 },
  };
}

/** The gap between two entries, and the height of one, of either font. */
const legendRowPx = 26;
const legendIconPx = 14;
/** Of a legend of lines: dashes need room to be seen. */
export const lineIconPx = 30;
const legendGapPx = 14;

/** How high a legend is that is as wide as the drawing, in pixels; 0 without entries. */
export function legendHeightPx(
  names: readonly string[],
  { fontPx, widthPx }: Canvas,
  iconPx: number = legendIconPx,
): number {
  if (names.length === 0) return 0;
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const width = iconPx + 6 + textWidthPx(name, fontPx) + legendGapPx;
    if (used > 0 && used + width > widthPx - 16) {
      lines++;
      used = 0;
    }
    used += width;
  }
  return lines * legendRowPx;
}

/** A legend below all else. */
export function legendOf(
  names: readonly string[],
  top: number,
  { theme, fontPx, widthPx }: Canvas,
  iconPx: number = legendIconPx,
) {
  return {
    show: names.length > 0,
    type: "plain" as const,
    top,
    left: 8,
    width: widthPx - 16,
    padding: 0,
    itemGap: legendGapPx,
    itemWidth: iconPx,
    itemHeight: 10,
    textStyle: { color: theme.ink, fontSize: fontPx },
    data: [...names],
    // A series is found by its name, so only what is shown is cut.
    formatter: (name: string) => fitLegendName(name, iconPx, { fontPx, widthPx }),
  };
}

function fitLegendName(
  name: string,
  iconPx: number,
  { fontPx, widthPx }: Pick<Canvas, "fontPx" | "widthPx">,
): string {
  return fitText(name, fontPx, widthPx - 16 - iconPx - 6);
}

/** The look of all tooltips. */
export function tooltipStyle({ theme, fontPx }: Canvas) {
  return {
    confine: true,
    backgroundColor: theme.ground,
    borderColor: theme.faintInk,
    textStyle: { color: theme.ink, fontSize: fontPx, fontFamily },
  };
}

export function colorOf(tone: Tone, { theme }: Canvas): string {
  return toneStyle(tone, theme).color;
}
