import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countAtMost, nearestRank, percentile, sortedSamples } from "../../src/stats/percentile.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { exponential, lognormal } from "./distributions.ts";

const fixed = { seed: 1 };
const sample = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const someSamples = fc.array(sample, { minLength: 1, maxLength: 200 });
const anyQuantile = fc.double({ min: 0, max: 1, noNaN: true });

describe("percentile", () => {
  test.each([1, 2, 7, 10, 100, 1000, 12_345])("of 1..%d is the rank itself", (count) => {
    const ascending = Float64Array.from({ length: count }, (_, index) => index + 1);
    for (let rank = 1; rank <= count; rank++) {
      expect(percentile(ascending, rank / count)).toBe(rank);
    }
  });

  test("of 1..1000 has the textbook values", () => {
    const ascending = Float64Array.from({ length: 1000 }, (_, index) => index + 1);
    const quantiles = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999];
    expect(quantiles.map((quantile) => percentile(ascending, quantile))).toEqual([
      500, 900, 950, 990, 999, 1000,
    ]);
  });

  test("at 0 is the minimum, at 1 the maximum", () => {
    const ascending = sortedSamples([3, 1, 2]);
    expect(percentile(ascending, 0)).toBe(1);
    expect(percentile(ascending, 1)).toBe(3);
  });

  test("of a single sample is that sample", () => {
    fc.assert(
      fc.property(sample, anyQuantile, (only, quantile) => {
        expect(percentile(sortedSamples([only]), quantile)).toBe(only);
      }),
      fixed,
    );
  });

  test("is one of the samples, whatever the quantile", () => {
    fc.assert(
      fc.property(someSamples, anyQuantile, (samples, quantile) => {
        expect(samples).toContain(percentile(sortedSamples(samples), quantile));
      }),
      fixed,
    );
  });

  test("never falls as the quantile rises", () => {
    fc.assert(
      fc.property(someSamples, anyQuantile, anyQuantile, (samples, one, other) => {
        const ascending = sortedSamples(samples);
        const lower = percentile(ascending, Math.min(one, other));
        expect(lower).toBeLessThanOrEqual(percentile(ascending, Math.max(one, other)));
      }),
      fixed,
    );
  });

  test("finds the quantiles of an exponential distribution", () => {
    const random = splitMix64(2);
    const ascending = sortedSamples(Array.from({ length: 200_000 }, () => exponential(random)));
    for (const quantile of [0.5, 0.9, 0.99]) {
      const truth = -Math.log(1 - quantile);
      expect(Math.abs(percentile(ascending, quantile) / truth - 1)).toBeLessThan(0.02);
    }
  });

  test("finds the quantiles of a lognormal distribution", () => {
    const random = splitMix64(3);
    const ascending = sortedSamples(Array.from({ length: 200_000 }, () => lognormal(random, 0.5)));
    const normalQuantiles = [
      [0.5, 0],
      [0.9, 1.2815515655446004],
      [0.99, 2.3263478740408408],
    ] as const;
    for (const [quantile, deviations] of normalQuantiles) {
      const truth = Math.exp(0.5 * deviations);
      expect(Math.abs(percentile(ascending, quantile) / truth - 1)).toBeLessThan(0.02);
    }
  });

  test("refuses an empty set of samples", () => {
    expect(() => percentile(new Float64Array(), 0.5)).toThrow(RangeError);
  });

  test.each([-0.001, 1.001, Number.NaN])("refuses the quantile %d", (quantile) => {
    expect(() => percentile(Float64Array.of(1), quantile)).toThrow(RangeError);
  });
});

test("nearestRank is not fooled by a product that rounds up", () => {
  expect(0.07 * 100).toBeGreaterThan(7);
  expect(nearestRank(0.07, 100)).toBe(7);
});

test("nearestRank agrees with whole-number arithmetic at every percentile shown", () => {
  for (const perTenThousand of [5000, 9000, 9500, 9900, 9990, 9999]) {
    for (let count = 1; count <= 20_000; count++) {
      const exact = Math.ceil((perTenThousand * count) / 10_000);
      if (nearestRank(perTenThousand / 10_000, count) !== exact) {
        expect(`p${perTenThousand} of ${count}`).toBe("exact");
      }
    }
  }
});

test("sortedSamples leaves its argument as it is", () => {
  const samples = [10, 9, 1];
  expect([...sortedSamples(samples)]).toEqual([1, 9, 10]);
  expect(samples).toEqual([10, 9, 1]);
});

test("countAtMost counts as a scan does", () => {
  const small = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(fc.array(small), small, (samples, limit) => {
      const scanned = samples.filter((value) => value <= limit).length;
      expect(countAtMost(sortedSamples(samples), limit)).toBe(scanned);
    }),
    fixed,
  );
});
