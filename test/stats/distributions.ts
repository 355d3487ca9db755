import type { Random } from "../../src/stats/random.ts";

/** One number from the standard normal distribution, by Box and Muller's method. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.nextFloat()));
  return radius * Math.cos(2 * Math.PI * random.nextFloat());
}

/** One number whose logarithm is normal with mean 0 and the given standard deviation. */
export function lognormal(random: Random, deviation: number): number {
  return Math.exp(deviation * normal(random));
}

/** One number from the exponential distribution with mean 1. */
export function exponential(random: Random): number {
  return -Math.log(1 - random.nextFloat());
}

/** The same number of samples in each round, drawn in turn. */
export function roundsOf(rounds: number, samples: number, draw: () => number): number[][] {
  return Array.from({ length: rounds }, () => Array.from({ length: samples }, draw));
}
