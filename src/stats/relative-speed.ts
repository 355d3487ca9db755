/** Mean and standard deviation of the runs of one program; null with fewer than two runs. Any unit. */
export type RunTimes = { readonly mean: number; readonly stddev: number | null };

/** How many times as long one program takes, and the standard deviation of that. */
export type RelativeSpeed = { readonly ratio: number; readonly stddev: number | null };

/**
 * The ratio of two mean run times as hyperfine gives it: its standard deviation is that of a quotient of
 * independent variables, r · √((σ₁/µ₁)² + (σ₂/µ₂)²).
 *
 * Source: hyperfine, src/benchmark/relative_speed.rs
 */
export function relativeSpeed(times: RunTimes, reference: RunTimes): RelativeSpeed {
  const ratio = times.mean / reference.mean;
  if (times.stddev === null || reference.stddev === null) return { ratio, stddev: null };
  const share = Math.hypot(times.stddev / times.mean, reference.stddev / reference.mean);
  return { ratio, stddev: ratio * share };
}
