import { describe, expect, test } from "bun:test";
import { shadeAt } from "../../../src/report/charts/shades.ts";
import { contrast, inkOn, themes, toneStyle } from "../../../src/report/charts/theme.ts";
import { differenceSeen } from "./colour-vision.ts";

const leastOfText = 4.5;
const leastOfMarks = 3;
/** Of CIE 1976: a difference of 2 is just seen side by side; parts touch, and have no other sign than their order. */
const leastDifference = { ofTones: 14, ofParts: 20 } as const;

describe.each(["light", "dark"] as const)("on %s ground", (scheme) => {
  const theme = themes[scheme];

  test("every text can be read", () => {
    for (const ink of [theme.ink, theme.faintInk, theme.fault]) {
      expect(contrast(ink, theme.ground)).toBeGreaterThanOrEqual(leastOfText);
    }
  });

  test("every mark can be seen", () => {
    for (const color of [...theme.tones, ...theme.parts, theme.floor]) {
      expect(contrast(color, theme.ground)).toBeGreaterThanOrEqual(leastOfMarks);
    }
  });

  test("any two colours look different, whatever kind of colour vision looks at them", () => {
    const ofContenders = [...theme.tones, theme.floor];
    for (const [palette, least] of [
      [ofContenders, leastDifference.ofTones],
      [theme.parts, leastDifference.ofParts],
    ] as const) {
      for (const [index, one] of palette.entries()) {
        for (const other of palette.slice(index + 1)) {
          expect(differenceSeen(one, other)).toBeGreaterThanOrEqual(least);
        }
      }
    }
  });

  test("thirty-two contenders, the floor and the control all look different", () => {
    const tones = [...Array.from({ length: 32 }, (_, index) => index), "floor", "control"] as const;
    const looks = tones.map((tone) => {
      const { color, dashes } = toneStyle(tone, theme);
      return `${color} ${dashes}`;
    });
    expect(new Set(looks).size).toBe(tones.length);
  });

  test("neighbours differ by more than their colour", () => {
    for (let tone = 0; tone < 31; tone++) {
      const [one, next] = [toneStyle(tone, theme), toneStyle(tone + 1, theme)];
      expect(one.symbol).not.toBe(next.symbol);
      expect(one.color).not.toBe(next.color);
    }
  });
});

test("figures can be read on every shade of a heat map, and shades grow darker", () => {
  const shades = Array.from({ length: 101 }, (_, index) => shadeAt(index / 100));
  for (const shade of shades) {
    expect(contrast(inkOn(shade), shade)).toBeGreaterThanOrEqual(leastOfText);
  }
  const light = shades.map((shade) => contrast(shade, "#000000"));
  expect(light).toEqual(light.toSorted((one, other) => other - one));
});

test("contrast is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
