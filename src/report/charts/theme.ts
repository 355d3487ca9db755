import type { Scheme } from "./chart.ts";
import type { Tone } from "./kinds.ts";

/** The colours of one ground. */
export type Theme = {
  readonly ground: string;
  readonly ink: string;
  /** For what is read second: axes, subtitles. */
  readonly faintInk: string;
  readonly gridLine: string;
  readonly fault: string;
  /** Of floors and controls. */
  readonly floor: string;
  /** Of contenders, see {@link toneStyle}. */
  readonly tones: readonly string[];
  /** Of the parts of a stacked bar: no chart has more than these. */
  readonly parts: readonly string[];
};

/**
 * Eight hues, blue first, whose lightness was searched for so that any two of them, and the floor's grey, look different
 * with and without any kind of colour blindness, and each has 3:1 to its ground (WCAG 2.2, 1.4.11): the test of this file
 * measures both.
 */
export const themes: Readonly<Record<Scheme, Theme>> = {
  light: {
    ground: "#ffffff",
    ink: "#1f2328",
    faintInk: "#57606a",
    gridLine: "#e3e6ea",
    fault: "#b3261e",
    floor: "#6e7781",
    tones: ["#115192", "#ac4600", "#59905e", "#ba63f5", "#c37c09", "#2e97b0", "#73354a", "#413c0a"],
    parts: ["#0072b2", "#c65300", "#8b8f94"],
  },
  dark: {
    ground: "#0d1117",
    ink: "#e6edf3",
    faintInk: "#9da7b3",
    gridLine: "#262c36",
    fault: "#ff8a80",
    floor: "#9aa4ae",
    tones: ["#318cf4", "#cf741c", "#a7e2ba", "#a67bc0", "#f1b010", "#66e5fb", "#ef575b", "#e4d679"],
    parts: ["#77aadd", "#ee8866", "#8b949e"],
  },
};

/** What an eye that sees no hue tells apart. */
export type ToneStyle = {
  readonly color: string;
  /** Of a line, in pixels; empty: it is whole. */
  readonly dashes: readonly number[];
  readonly symbol: "circle" | "rect" | "triangle" | "diamond";
};

const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3]];
const symbols = ["circle", "rect", "triangle", "diamond"] as const;

/** Tones that differ have another colour or other dashes, and neighbours another symbol: of 32 no two are alike. */
export function toneStyle(tone: Tone, { floor, tones }: Theme): ToneStyle {
  if (tone === "floor") return { color: floor, dashes: [4, 4], symbol: "diamond" };
  if (tone === "control") return { color: floor, dashes: [1.5, 3], symbol: "circle" };
  const turn = Math.floor(tone / tones.length);
  return {
    color: tones[tone % tones.length] ?? floor,
    dashes: dashes[turn % dashes.length] ?? [],
    symbol: symbols[(tone + turn) % symbols.length] ?? "circle",
  };
}

/** Whichever of black and white can be read better on a colour. */
export function inkOn(color: string): string {
  return contrast(color, "#000000") >= contrast(color, "#ffffff") ? "#000000" : "#ffffff";
}

/** The contrast of two colours `#rrggbb`, from 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
