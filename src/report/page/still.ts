import type { AnyChart } from "../charts/kinds.ts";
import { renderSvg } from "../charts/svg.ts";
import { type Html, markup } from "./html.ts";

/**
 * A chart as an image of itself, for a page whose scripts do not run: a data URL. It is an image and not inline,
 * because several SVGs in one document would share their ids.
 *
 * @returns what may stand between double quotes
 */
export function stillUrl(chart: AnyChart): Html {
  const svg = compact(renderSvg(chart, "light"));
  // What a data URL or an attribute cannot hold, and no more, so that it stays short: an apostrophe escaped as all
  // else in a page would be five characters, and there are thousands.
  const encoded = svg.replace(/[%#<&"\n]/g, (character) => encodeURIComponent(character));
  return markup(`data:image/svg+xml,${encoded}`);
}

/** Without what only a page of its own would need: how it answers the mouse, and parts of a pixel
 * smaller than a tenth. Figures in its texts stay as they are. */
function compact(svg: string): string {
  return svg
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/ (?:class|pointer-events|xml:space|baseProfile|version)="[^"]*"/g, "")
    .replace(/ style="font-size:([\d.]+)px;font-family:[^;"]*;"/g, ' font-size="$1"')
    .replace(/="[^"]*"/g, (value) => value.replace(/(\d\.\d)\d+/g, "$1"))
    .replace(/><\/(?:path|rect|circle|polyline|line|use)>/g, "/>")
    .replaceAll('"', "'")
    .replace(/>\n+</g, "><");
}
