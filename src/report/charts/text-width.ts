/**
 * Advance widths of DejaVu Sans from U+0020 to U+007E, in thousandths of the font's size. It is the font of PNGs and
 * wider than what browsers take for it, so that what fits here fits there.
 */
const asciiWidths = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
] as const;

/** As wide as the widest of × ± − …: the few other characters are not many. */
const otherWidth = 838;

/** Ideographs are as wide as high: ECharts takes the height of a line from one. */
const firstIdeograph = 0x2e80;
const ideographWidth = 1_000;

/** A bold font is so much wider. */
export const boldness = 1.12;

/** How wide a line of text is, in pixels: exact for ASCII in DejaVu Sans, else not too little for our few signs. */
export function textWidthPx(text: string, fontPx: number): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    width += asciiWidths[code - 32] ?? (code < firstIdeograph ? otherWidth : ideographWidth);
  }
  return (width * fontPx) / 1000;
}

/** The widest of some lines, in pixels; 0 of none. */
export function widestPx(texts: readonly string[], fontPx: number): number {
  return Math.max(0, ...texts.map((text) => textWidthPx(text, fontPx)));
}

/** The text, cut with an ellipsis where it is wider than its room. */
export function fitText(text: string, fontPx: number, roomPx: number): string {
  if (textWidthPx(text, fontPx) <= roomPx) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidthPx(`${characters.join("")}…`, fontPx) > roomPx) {
    characters.pop();
  }
  return `${characters.join("")}…`;
}

/** The text in lines that fit, broken at spaces. */
export function wrapText(text: string, fontPx: number, roomPx: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || textWidthPx(`${last} ${word}`, fontPx) > roomPx) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => fitText(line, fontPx, roomPx));
}
