import type { Charset } from "./plots/plot-style.ts";

const levels: Readonly<Record<Charset, string>> = { unicode: "▁▂▃▄▅▆▇█", ascii: "_.-=+*#@" };
const nothing: Readonly<Record<Charset, string>> = { unicode: "·", ascii: " " };

/**
 * Values as a line of bars, one column each, from the least to the most. Equal values are in the middle; where a
 * value is missing a dot stands.
 */
export function sparkline(values: readonly (number | null)[], charset: Charset): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const steps = levels[charset];
  return values
    .map((value) => {
      if (value === null) return nothing[charset];
      const share = most === least ? 0.5 : (value - least) / (most - least);
      return steps[Math.min(steps.length - 1, Math.floor(share * steps.length))];
    })
    .join("");
}
