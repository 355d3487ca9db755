/**
 * Cividis from its light end to its dark one: lightness falls evenly, and it looks nearly the same with and without
 * any kind of colour blindness. The lightest tenth is left out, which would glare on a dark ground.
 *
 * Source: J. R. Nuñez, C. R. Anderton, R. S. Renslow, "Optimizing colormaps with consideration for color vision
 * deficiency", PLoS ONE 13(7), 2018
 */
const stops = [
  [244, 219, 83],
  [222, 200, 96],
  [187, 173, 109],
  [154, 148, 117],
  [124, 123, 120],
  [95, 99, 110],
  [66, 77, 107],
  [31, 56, 110],
  [0, 42, 102],
] as const;

/** The colour `#rrggbb` at a share of the way, 0 light to 1 dark. */
export function shadeAt(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [stops[below], stops[below + 1]];
  const channels = [0, 1, 2].map((index) => {
    const [start, end] = [from?.[index] ?? 0, to?.[index] ?? 0];
    return Math.round(start + (end - start) * (at - below));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
