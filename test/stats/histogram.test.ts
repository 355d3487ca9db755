import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeHistogram, encodeHistogram, mergeHistograms } from "../../src/stats/histogram.ts";
import { percentile, sortedSamples } from "../../src/stats/percentile.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { lognormal } from "./distributions.ts";

const fixed = { seed: 1 };
const highestNs = 60_000_000_000;
/** Every order of magnitude is as likely as the other. */
const wholeNs = fc
  .double({ min: 0, max: Math.log(highestNs), noNaN: true })
  .map((logarithm) => Math.min(Math.round(Math.exp(logarithm)), highestNs));

describe("a histogram", () => {
  test("gives back any value with a relative error below 1e-3", () => {
    fc.assert(
      fc.property(wholeNs, (valueNs) => {
        const readNs = decodeHistogram(encodeHistogram([valueNs])).getValueAtPercentile(50);
        expect(Math.abs(readNs - valueNs) / valueNs).toBeLessThan(1e-3);
      }),
      { ...fixed, numRuns: 300 },
    );
  });

  test("gives back the percentiles of any samples with a relative error below 1e-3", () => {
    const samplesNs = fc.array(wholeNs, { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(samplesNs, fc.constantFrom(50, 90, 99, 100), (samples, percent) => {
        const exactNs = percentile(sortedSamples(samples), percent / 100);
        const readNs = decodeHistogram(encodeHistogram(samples)).getValueAtPercentile(percent);
        expect(Math.abs(readNs - exactNs) / exactNs).toBeLessThan(1e-3);
      }),
      fixed,
    );
  });

  test("gives back values below 2,048 ns exactly", () => {
    for (const valueNs of [0, 1, 2, 1000, 2047]) {
      expect(decodeHistogram(encodeHistogram([valueNs])).maxValue).toBe(valueNs);
    }
  });

  test("counts every sample", () => {
    const random = splitMix64(11);
    const samples = Array.from({ length: 10_000 }, () => 5000 * lognormal(random, 1));
    expect(decodeHistogram(encodeHistogram(samples)).totalCount).toBe(10_000);
  });

  test("rounds fractions to the nearest nanosecond", () => {
    expect(decodeHistogram(encodeHistogram([3.7])).maxValue).toBe(4);
  });

  test("counts negative samples at 0", () => {
    const read = decodeHistogram(encodeHistogram([-5]));
    expect([read.totalCount, read.maxValue]).toEqual([1, 0]);
  });

  test("counts samples above 60 s at 60 s", () => {
    for (const tooLongNs of [61e9, Number.POSITIVE_INFINITY]) {
      const read = decodeHistogram(encodeHistogram([tooLongNs]));
      expect(read.totalCount).toBe(1);
      expect(Math.abs(read.maxValue / highestNs - 1)).toBeLessThan(1e-3);
    }
  });

  test("of no samples is empty", () => {
    expect(decodeHistogram(encodeHistogram([])).totalCount).toBe(0);
  });

  test("refuses NaN", () => {
    expect(() => encodeHistogram([1, Number.NaN])).toThrow(RangeError);
  });

  test("is written in HdrHistogram's compressed V2 format", () => {
    const bytes = Uint8Array.fromBase64(encodeHistogram([1, 2, 3]));
    expect(new DataView(bytes.buffer).getInt32(0)).toBe(0x1c849304 | 0x10);
  });

  test.each(["", "AAAA", "not base64!"])("is not read from %p", (text) => {
    expect(() => decodeHistogram(text)).toThrow();
  });
});

describe("merged histograms", () => {
  test("are what recording all samples in one gives", () => {
    const rounds = fc.array(fc.array(wholeNs, { maxLength: 30 }), { maxLength: 6 });
    fc.assert(
      fc.property(rounds, (samples) => {
        const merged = mergeHistograms(samples.map(encodeHistogram));
        const together = encodeHistogram(samples.flat());
        expect(decodeHistogram(merged).toJSON()).toEqual(decodeHistogram(together).toJSON());
      }),
      fixed,
    );
  });

  test("of none are an empty one", () => {
    expect(decodeHistogram(mergeHistograms([])).totalCount).toBe(0);
  });
});
