/** What a comparison says in words. It is about the subject: "slower" than its reference. */
export type Verdict = "faster" | "slower" | "no difference seen";

/**
 * Puts an interval into words. It is a difference only when the whole interval lies outside
 * 1 ± margin; an end that touches the margin is none. An interval that is not a number is none.
 *
 *     ──[faster]──┤ 0.98 ── 1 ── 1.02 ├──[slower]──
 *
 * @param interval the ends of a ratio's confidence interval, see `pairedRatio`
 * @param margin the difference too small to speak of, as a fraction
 */
export function verdictOf(
  interval: { readonly low: number; readonly high: number },
  margin = 0.02,
): Verdict {
  if (interval.low > 1 + margin) return "slower";
  if (interval.high < 1 - margin) return "faster";
  return "no difference seen";
}
