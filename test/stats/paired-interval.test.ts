import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { pairedRatio } from "../../src/stats/paired-interval.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { verdictOf } from "../../src/stats/verdict.ts";
import { lognormal } from "./distributions.ts";

const fixed = { seed: 1 };
const p50Ns = fc.double({ min: 100, max: 1e6, noNaN: true });
const somePairs = fc.array(fc.tuple(p50Ns, p50Ns), { minLength: 2, maxLength: 20 });

/** `pairedRatio` where the test knows that there are enough pairs. */
function ratioOf(subject: readonly (number | null)[], reference: readonly (number | null)[]) {
  const ratio = pairedRatio(subject, reference);
  if (ratio === null) throw new Error("too few pairs");
  return ratio;
}

/**
 * The p50s of two contenders in twelve rounds. A round shifts both alike by 20 %, and each of them
 * by 2 % by itself; the subject is `trueRatio` times as slow.
 */
function simulateRun(random: ReturnType<typeof splitMix64>, trueRatio: number) {
  const rounds = Array.from({ length: 12 }, () => 5000 * lognormal(random, 0.2));
  const noisy = (roundNs: number) => roundNs * lognormal(random, 0.02);
  return ratioOf(
    rounds.map((roundNs) => trueRatio * noisy(roundNs)),
    rounds.map(noisy),
  );
}

describe("pairedRatio", () => {
  test("matches a hand calculation", () => {
    // Log-ratios 0, 1, 2: mean 1, standard error 1/√3, t of 2 degrees of freedom.
    const { ratio, low, high, rounds } = ratioOf([1, Math.E, Math.E ** 2], [1, 1, 1]);
    const halfWidth = 4.302652729749464 / Math.sqrt(3);
    expect(ratio).toBeCloseTo(Math.E, 10);
    expect(low).toBeCloseTo(Math.exp(1 - halfWidth), 8);
    expect(high).toBeCloseTo(Math.exp(1 + halfWidth), 8);
    expect(rounds).toBe(3);
  });

  test("is wider when it is to be surer", () => {
    const subject = [100, 110, 120];
    const reference = [100, 100, 100];
    const sure = pairedRatio(subject, reference, 0.99);
    expect(sure?.high).toBeGreaterThan(ratioOf(subject, reference).high);
  });

  test("drops the rounds in which either is missing", () => {
    const whole = ratioOf([100, 120, 150], [90, 100, 110]);
    expect(ratioOf([100, null, 120, 1, 150], [90, 7, 100, null, 110])).toEqual(whole);
  });

  test("is null with fewer than two pairs", () => {
    expect(pairedRatio([], [])).toBeNull();
    expect(pairedRatio([1], [1])).toBeNull();
    expect(pairedRatio([1, null, 3], [1, 2, null])).toBeNull();
  });

  test("has no width when all rounds have the same ratio", () => {
    const reference = [1, 3, 7, 11, 13, 1000];
    const { ratio, low, high } = ratioOf(
      reference.map((value) => value * 1.5),
      reference,
    );
    expect(ratio).toBeCloseTo(1.5, 12);
    expect([low, high]).toEqual([ratio, ratio]);
  });

  test("lies between its ends", () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const { ratio, low, high } = ratioOf(
          pairs.map(([subject]) => subject),
          pairs.map(([, reference]) => reference),
        );
        expect(low).toBeLessThanOrEqual(ratio);
        expect(ratio).toBeLessThanOrEqual(high);
      }),
      fixed,
    );
  });

  test("of a subject scaled by c is c times what it was, ends included", () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(somePairs, factor, (pairs, c) => {
        const subject = pairs.map(([value]) => value);
        const reference = pairs.map(([, value]) => value);
        const plain = ratioOf(subject, reference);
        const scaled = ratioOf(
          subject.map((value) => c * value),
          reference,
        );
        expect(scaled.ratio / (c * plain.ratio)).toBeCloseTo(1, 9);
        expect(scaled.low / (c * plain.low)).toBeCloseTo(1, 9);
        expect(scaled.high / (c * plain.high)).toBeCloseTo(1, 9);
      }),
      fixed,
    );
  });

  test("is inverted when subject and reference change places", () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const subject = pairs.map(([value]) => value);
        const reference = pairs.map(([, value]) => value);
        const plain = ratioOf(subject, reference);
        const swapped = ratioOf(reference, subject);
        expect(swapped.ratio * plain.ratio).toBeCloseTo(1, 9);
        expect(swapped.low * plain.high).toBeCloseTo(1, 9);
        expect(swapped.high * plain.low).toBeCloseTo(1, 9);
      }),
      fixed,
    );
  });

  test("refuses rounds that do not pair", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a p50 of %d", (value) => {
    expect(() => pairedRatio([1, value], [1, 1])).toThrow(RangeError);
  });
});

describe("over 2,000 simulated runs of twelve rounds", () => {
  const runs = 2000;
  const shareOf = (trueRatio: number, holds: (run: ReturnType<typeof ratioOf>) => boolean) => {
    const random = splitMix64(20_261_121);
    let count = 0;
    for (let run = 0; run < runs; run++) if (holds(simulateRun(random, trueRatio))) count++;
    return count / runs;
  };

  test("the 95 % interval of an A/A comparison contains 1 in 93 % to 97 %", () => {
    const share = shareOf(1, ({ low, high }) => low <= 1 && 1 <= high);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });

  test("the interval contains a true ratio of 1.1 as often", () => {
    const share = shareOf(1.1, ({ low, high }) => low <= 1.1 && 1.1 <= high);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  });

  test("an A/A comparison shows no difference in at least 99 %, thanks to the margin", () => {
    const share = shareOf(1, (run) => verdictOf(run) === "no difference seen");
    expect(share).toBeGreaterThanOrEqual(0.99);
  });

  test("a subject that takes 1.1 times as long is found slower in at least 99 %", () => {
    expect(shareOf(1.1, (run) => verdictOf(run) === "slower")).toBeGreaterThanOrEqual(0.99);
  });

  test("a subject that takes 0.9 times as long is found faster in at least 99 %", () => {
    expect(shareOf(0.9, (run) => verdictOf(run) === "faster")).toBeGreaterThanOrEqual(0.99);
  });
});
