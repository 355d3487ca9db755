import { init, setPlatformAPI } from "echarts/core";
import { canvasOf, fontFamily } from "./canvas.ts";
import type { Scheme } from "./chart.ts";
import { drawChart } from "./draw.ts";
import { useEchartsParts } from "./echarts-parts.ts";
import type { AnyChart } from "./kinds.ts";
import { boldness, textWidthPx, wrapText } from "./text-width.ts";

const titlePx = { wide: 18, narrow: 15 } as const;
const marginPx = 16;

/**
 * A chart as a picture of its own: on a ground, with its title, and told in words for those who cannot see it.
 *
 * @param widthPx from 340 on; how high it is follows
 */
export function renderSvg(chart: AnyChart, scheme: Scheme, widthPx = 960): string {
  const { theme, fontPx, isNarrow } = canvasOf(scheme, widthPx);
  const roomPx = widthPx - 2 * marginPx;
  const title = isNarrow ? titlePx.narrow : titlePx.wide;
  const heading = [
    ...wrapText(chart.title, title * boldness, roomPx).map((text) => ({ text, sizePx: title })),
    ...wrapText(chart.subtitle, fontPx, roomPx).map((text) => ({ text, sizePx: fontPx })),
  ];
  let y = marginPx;
  const lines = heading.map(({ text, sizePx }) => {
    y += sizePx * lineHeight;
    const look =
      sizePx === title ? `fill="${theme.ink}" font-weight="bold"` : `fill="${theme.faintInk}"`;
    return `<text x="${marginPx}" y="${Math.round(y - 0.3 * sizePx)}" font-size="${sizePx}" ${look}>${escapeXml(text)}</text>`;
  });
  const top = Math.ceil(y) + 8;
  const { svg, heightPx } = renderPlot(chart, scheme, roomPx);
  const height = top + heightPx + marginPx;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${widthPx} ${height}" role="img" aria-labelledby="${chart.id}-title ${chart.id}-desc" font-family="${escapeXml(fontFamily)}">`,
    `<title id="${chart.id}-title">${escapeXml(chart.title)}</title>`,
    `<desc id="${chart.id}-desc">${escapeXml(chart.description)}</desc>`,
    `<rect width="${widthPx}" height="${height}" fill="${theme.ground}"/>`,
    ...lines,
    `<g transform="translate(${marginPx} ${top})">${svg}</g>`,
    "</svg>\n",
  ].join("\n");
}

const lineHeight = 1.35;

/** What ECharts draws, by a renderer that needs no page. */
function renderPlot(chart: AnyChart, scheme: Scheme, widthPx: number) {
  useEchartsParts();
  // Without a canvas ECharts would guess by another font's widths.
  setPlatformAPI({
    measureText: (text, font) => ({
      width: textWidthPx(text, Number.parseFloat(font ?? "") || 12),
    }),
  });
  const { option, heightPx } = drawChart(chart, scheme, widthPx);
  const plot = init(null, null, { renderer: "svg", ssr: true, width: widthPx, height: heightPx });
  try {
    plot.setOption(option);
    return { svg: plot.renderToSVGString(), heightPx };
  } finally {
    plot.dispose();
  }
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
