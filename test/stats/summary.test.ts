import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { splitMix64 } from "../../src/stats/random.ts";
import { summarise, summariseRound } from "../../src/stats/summary.ts";
import { exponential, roundsOf } from "./distributions.ts";

const fixed = { seed: 1 };
const someRounds = fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), {
  minLength: 1,
  maxLength: 6,
});

/** Twelve rounds of 1,000 samples of 100 ns, in which given rounds have slow samples of 1–2 µs. */
function roundsWithOutliers(outliersByRound: readonly number[]): number[][] {
  return Array.from({ length: 12 }, (_, round) => {
    const outliers = outliersByRound[round] ?? 0;
    return Array.from({ length: 1000 }, (_, index) => (index < outliers ? 1000 + index : 100));
  });
}

describe("summarise", () => {
  test("of no samples withholds everything", () => {
    const { count, ...values } = summarise([[], []]);
    expect(count).toBe(0);
    expect(Object.values(values)).toEqual(Array(10).fill(null));
  });

  test("pools the rounds: 1..12000 over twelve rounds", () => {
    const rounds = Array.from({ length: 12 }, (_, round) =>
      Array.from({ length: 1000 }, (_, index) => index * 12 + round + 1),
    );
    const summary = summarise(rounds);
    expect(summary).toMatchObject({
      count: 12_000,
      meanNs: 6000.5,
      minNs: 1,
      p50Ns: 6000,
      p90Ns: 10_800,
      p95Ns: 11_400,
      p99Ns: 11_880,
      p999Ns: 11_988,
      p9999Ns: null,
      maxNs: 12_000,
    });
    expect(summary.stddevNs).toBeCloseTo(Math.sqrt((12_000 * 12_001) / 12), 6);
  });

  test("finds mean and deviation of an exponential distribution", () => {
    const random = splitMix64(4);
    const summary = summarise(roundsOf(12, 10_000, () => 5000 * exponential(random)));
    expect(Math.abs((summary.meanNs ?? 0) / 5000 - 1)).toBeLessThan(0.02);
    expect(Math.abs((summary.stddevNs ?? 0) / 5000 - 1)).toBeLessThan(0.02);
  });

  test("withholds p99.9 of 1,000 samples, and gives it of 12,000 in twelve rounds", () => {
    const random = splitMix64(5);
    const rounds = roundsOf(12, 1000, () => exponential(random));
    expect(summarise(rounds.slice(0, 1)).p999Ns).toBeNull();
    expect(summarise(rounds).p999Ns).not.toBeNull();
  });

  test("withholds a tail that one round made alone", () => {
    expect(summarise(roundsWithOutliers([12])).p999Ns).toBeNull();
  });

  test("withholds a tail that two rounds made", () => {
    expect(summarise(roundsWithOutliers([6, 6])).p999Ns).toBeNull();
  });

  test("gives a tail that three rounds made", () => {
    expect(summarise(roundsWithOutliers([10, 1, 1])).p999Ns).toBe(100);
  });

  test("gives p50 when ten samples of three rounds lie above it, and not when nine do", () => {
    const ten = [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 5, 5, 5, 5, 5], [6, 6, 6], [7]];
    expect(summarise(ten).p50Ns).toBe(1);
    const nine = [[1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 5, 5, 5, 5], [6, 6, 6], [7]];
    expect(summarise(nine).p50Ns).toBeNull();
  });

  test("withholds p50 of two rounds", () => {
    expect(summarise(roundsOf(2, 100, () => 1)).p50Ns).toBeNull();
  });

  test("of one round gives p50, and no percentile above it", () => {
    const summary = summarise(roundsOf(1, 1000, () => 7));
    expect(summary).toMatchObject({ p50Ns: 7, p90Ns: null, p99Ns: null, maxNs: 7 });
  });

  test("counts ties at the percentile as above it, over as many rounds as have them", () => {
    const summary = summarise(roundsOf(12, 1000, () => 42));
    expect(summary).toMatchObject({ p50Ns: 42, p99Ns: 42, p999Ns: 42, p9999Ns: null });
  });

  test("does not take more ties as above than rank above", () => {
    // Rank 90 of 100; nine outliers of one round and a single tie lie above it.
    const rounds = [
      [...Array(24).fill(1), ...Array(9).fill(9), 5],
      [...Array(32).fill(1), 5],
      [...Array(32).fill(1), 5],
    ];
    expect(rounds.flat()).toHaveLength(100);
    expect(summarise(rounds).p90Ns).toBeNull();
  });

  test("never trims: the maximum is the maximum", () => {
    expect(summarise([[1, 2, 3], [1e12]]).maxNs).toBe(1e12);
  });

  test("has no deviation of a single sample", () => {
    expect(summarise([[3]])).toMatchObject({ count: 1, meanNs: 3, stddevNs: null, p50Ns: 3 });
  });

  test("does not change when samples change places within their rounds", () => {
    fc.assert(
      fc.property(someRounds, fc.integer(), (rounds, seed) => {
        const random = splitMix64(seed);
        const shuffled = rounds.map((round) => random.shuffle(round));
        expect(summarise(shuffled)).toEqual(summarise(rounds));
      }),
      fixed,
    );
  });

  test("does not change when the rounds change places", () => {
    fc.assert(
      fc.property(someRounds, fc.integer(), (rounds, seed) => {
        expect(summarise(splitMix64(seed).shuffle(rounds))).toEqual(summarise(rounds));
      }),
      fixed,
    );
  });

  test("does not change what it is given", () => {
    const rounds = [[3, 1, 2], Float64Array.of(9, 8)];
    summarise(rounds);
    expect(rounds).toEqual([[3, 1, 2], Float64Array.of(9, 8)]);
  });

  test("takes rounds that are longer than a call has room for arguments", () => {
    const round = new Float64Array(1_000_000).map((_, index) => index);
    expect(summarise([round]).maxNs).toBe(999_999);
  });
});

describe("summariseRound", () => {
  test("of no samples withholds everything", () => {
    expect(summariseRound([])).toEqual(summarise([]));
  });

  test("gives the median of a single sample", () => {
    expect(summariseRound([5])).toMatchObject({ count: 1, p50Ns: 5, p90Ns: null });
  });

  test("gives a percentile with ten samples above it, and not with nine", () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(summariseRound(upTo(100)).p90Ns).toBe(90);
    expect(summariseRound(upTo(99)).p90Ns).toBeNull();
  });
});
