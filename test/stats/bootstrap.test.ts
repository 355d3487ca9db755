import { describe, expect, test } from "bun:test";
import { mean } from "simple-statistics";
import { bootstrapIntervals } from "../../src/stats/bootstrap.ts";
import { percentile, sortedSamples } from "../../src/stats/percentile.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { summarise } from "../../src/stats/summary.ts";
import { lognormal, roundsOf } from "./distributions.ts";

/** The interval of a statistic by the book: every resample is built and sorted. */
function naiveInterval(
  rounds: readonly (readonly number[])[],
  seed: number,
  resamples: number,
  statistic: (ascending: Float64Array) => number,
) {
  const random = splitMix64(seed);
  const estimates = sortedSamples(
    Array.from({ length: resamples }, () => {
      const drawn = rounds.map(() => rounds[random.nextBelow(rounds.length)] ?? []);
      return statistic(sortedSamples(drawn.flat()));
    }),
  );
  return [percentile(estimates, 0.025), percentile(estimates, 0.975)] as const;
}

/** Rounds of unequal lengths, whole nanoseconds with ties, each round shifted as a whole. */
function unevenRounds(seed: number): number[][] {
  const random = splitMix64(seed);
  return Array.from({ length: 7 }, () => {
    const shiftNs = 20 * random.nextFloat();
    const length = 100 + random.nextBelow(200);
    return Array.from({ length }, () => Math.round(shiftNs + 30 * lognormal(random, 0.5)));
  });
}

describe("bootstrapIntervals", () => {
  test.each([0.5, 0.9, 0.99])("of the %d quantile are what building every resample gives", (q) => {
    for (const seed of [1, 2, 3]) {
      const rounds = unevenRounds(seed);
      const { p50Ns, p90Ns, p99Ns } = bootstrapIntervals(rounds, seed, 100);
      const shown = q === 0.5 ? p50Ns : q === 0.9 ? p90Ns : p99Ns;
      expect(shown).toEqual(naiveInterval(rounds, seed, 100, (drawn) => percentile(drawn, q)));
    }
  });

  test("of the mean are what building every resample gives", () => {
    const rounds = unevenRounds(4);
    const [low, high] = naiveInterval(rounds, 4, 100, (drawn) => mean(Array.from(drawn)));
    const { meanNs } = bootstrapIntervals(rounds, 4, 100);
    expect(meanNs?.[0]).toBeCloseTo(low, 9);
    expect(meanNs?.[1]).toBeCloseTo(high, 9);
  });

  test("of identical rounds are the values themselves, without width", () => {
    const rounds = Array.from({ length: 12 }, () =>
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    expect(bootstrapIntervals(rounds, 1)).toEqual({
      meanNs: [500.5, 500.5],
      p50Ns: [500, 500],
      p90Ns: [900, 900],
      p99Ns: [990, 990],
    });
  });

  test("contain the values of the pooled samples", () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = splitMix64(seed);
      const rounds = roundsOf(12, 1000, () => 5000 * lognormal(random, 0.5));
      const summary = summarise(rounds);
      const intervals = bootstrapIntervals(rounds, seed);
      for (const name of ["meanNs", "p50Ns", "p90Ns", "p99Ns"] as const) {
        const [low, high] = intervals[name] ?? [Number.NaN, Number.NaN];
        const valueNs = summary[name] ?? Number.NaN;
        expect(low).toBeLessThanOrEqual(valueNs);
        expect(high).toBeGreaterThanOrEqual(valueNs);
      }
    }
  });

  test("are wider when rounds differ from each other, though the samples are as spread", () => {
    const random = splitMix64(10);
    const samples = Array.from({ length: 6000 }, () => 5000 * lognormal(random, 0.5));
    const inRounds = (all: ArrayLike<number>) =>
      Array.from({ length: 12 }, (_, round) =>
        Array.from(all).slice(500 * round, 500 * round + 500),
      );
    const width = (rounds: number[][]) => {
      const [low, high] = bootstrapIntervals(rounds, 1).p50Ns ?? [Number.NaN, Number.NaN];
      return high - low;
    };
    expect(width(inRounds(sortedSamples(samples)))).toBeGreaterThan(5 * width(inRounds(samples)));
  });

  test("are the same for the same seed, and others for another", () => {
    const rounds = unevenRounds(5);
    expect(bootstrapIntervals(rounds, 1)).toEqual(bootstrapIntervals(rounds, 1));
    expect(bootstrapIntervals(rounds, 1)).not.toEqual(bootstrapIntervals(rounds, 2));
  });

  test("pass over rounds without samples", () => {
    const rounds = unevenRounds(6);
    expect(bootstrapIntervals([[], ...rounds, []], 1)).toEqual(bootstrapIntervals(rounds, 1));
  });

  test("are withheld with fewer than two rounds", () => {
    const withheld = { meanNs: null, p50Ns: null, p90Ns: null, p99Ns: null };
    expect(bootstrapIntervals([], 1)).toEqual(withheld);
    expect(bootstrapIntervals([[1, 2, 3], []], 1)).toEqual(withheld);
  });

  test("are withheld where the percentile is", () => {
    const rounds = roundsOf(12, 50, () => 1);
    const intervals = bootstrapIntervals(rounds, 1);
    expect(summarise(rounds)).toMatchObject({ p90Ns: 1, p99Ns: null });
    expect(intervals).toMatchObject({ p90Ns: [1, 1], p99Ns: null });
  });
});
