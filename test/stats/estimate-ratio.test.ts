import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Estimate,
  type EstimateRatio,
  independentRatio,
  sameRunRatio,
} from "../../src/stats/estimate-ratio.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { verdictOf } from "../../src/stats/verdict.ts";

const estimate = (
  value: number,
  rounds: readonly (number | null)[],
  interval: Estimate["interval"] = null,
): Estimate => ({ value, byRound: new Map(rounds.entries()), interval });

function intervalOf(compared: EstimateRatio | null): readonly [number, number] {
  if (compared?.interval == null) throw new Error("no interval");
  return compared.interval;
}

const logs = (rounds: readonly number[]) => rounds.map(Math.exp);

describe("of two runs that have nothing to do with one another", () => {
  test("is as wide as Welch's t interval", () => {
    // By hand: variances of the means 1/3 and 4/3, 2.94 degrees, so 2; t is 4.302653, width 5.5547.
    const [one, other] = [estimate(1, logs([-1, 0, 1])), estimate(1, logs([-2, 0, 2]))];
    const [low, high] = intervalOf(independentRatio(one, other));
    const halfWidth = 4.302652729911275 * Math.sqrt(5 / 3);
    expect(Math.log(high)).toBeCloseTo(halfWidth, 6);
    expect(Math.log(low)).toBeCloseTo(-halfWidth, 6);
  });

  test("has its centre at the figures over all rounds, and reaches around that of the rounds", () => {
    const noisy = [90, 100, 111];
    const [plain, compared] = [100, 120].map((value) =>
      independentRatio(estimate(value, noisy), estimate(100, noisy)),
    );
    const [low, high] = intervalOf(compared ?? null);
    expect(compared?.ratio).toBeCloseTo(1.2, 12);
    expect(low).toBeCloseTo(intervalOf(plain ?? null)[0], 12);
    expect(high).toBeCloseTo(1.2 * intervalOf(plain ?? null)[1], 12);
  });

  test("is the same whether the bootstrap's interval was made more as well", () => {
    const rounds = [90, 100, 111, 96];
    const more = rounds.map((value) => value * 1.2);
    const base = estimate(100, rounds, [93, 109]);
    const [plain, changed] = [
      estimate(120, more, [93, 109]),
      estimate(120, more, [93 * 1.2, 109 * 1.2]),
    ].map((subject) => intervalOf(independentRatio(subject, base)));
    expect(changed).toEqual(plain as [number, number]);
    expect(Math.sqrt((plain?.[0] ?? 0) * (plain?.[1] ?? 0))).toBeCloseTo(1.2, 12);
  });

  test("sees no difference where one round more of another kind made a median jump", () => {
    const kinds = (slow: number) =>
      Array.from({ length: 12 }, (_, round) => (round < slow ? 8 : 4));
    // The median over all samples is that of the kind which has the most of them.
    const compared = independentRatio(estimate(8, kinds(7)), estimate(4, kinds(5)));
    const [low, high] = intervalOf(compared);
    expect(verdictOf({ low, high })).toBe("no difference seen");
  });

  test("takes the bootstrap's width where rounds withhold the figure, and mends its narrowness", () => {
    const withheld = Array.from({ length: 12 }, () => null);
    const compared = independentRatio(
      estimate(100, withheld, [90, 110]),
      estimate(100, withheld, [90, 110]),
    );
    const [low, high] = intervalOf(compared);
    const plain = Math.log(110 / 90) / 2;
    // √2 for two runs, √(12/11) and t(22)/z beyond.
    expect(Math.log(high / low) / 2 / plain).toBeCloseTo(
      Math.SQRT2 * Math.sqrt(12 / 11) * (2.0738730679 / 1.9599639845),
      6,
    );
  });

  test("has no interval where one round is all there is, and no ratio where a figure is 0", () => {
    expect(independentRatio(estimate(2, [2]), estimate(1, [1]))).toEqual({
      ratio: 2,
      interval: null,
    });
    expect(independentRatio(estimate(0, [0, 0]), estimate(1, [1, 1]))).toBeNull();
    expect(independentRatio(estimate(1, [1, 1]), estimate(0, [0, 0]))).toBeNull();
  });

  test("of rounds that do not differ is no wider than a point", () => {
    const [low, high] = intervalOf(
      independentRatio(estimate(110, [110, 110]), estimate(100, [100, 100])),
    );
    expect(low).toBeCloseTo(1.1, 12);
    expect(high).toBeCloseTo(1.1, 12);
  });
});

describe("of one run and itself", () => {
  test("is exactly 1, whatever its noise", () => {
    const figures = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(figures, fc.array(figures, { minLength: 1, maxLength: 12 }), (value, rounds) => {
        const one = estimate(value, rounds);
        expect(sameRunRatio(one, one)).toEqual({ ratio: 1, interval: [1, 1] });
      }),
    );
  });

  test("is exactly what a figure was multiplied by, with or without its rounds", () => {
    const rounds = [50, 100, 311, 96];
    const base = estimate(100, rounds, [40, 300]);
    const subjects = [
      estimate(120, rounds, [40, 300]),
      estimate(
        120,
        rounds.map((value) => value * 1.2),
        [48, 360],
      ),
    ];
    for (const subject of subjects) {
      const [low, high] = intervalOf(sameRunRatio(subject, base));
      expect(low).toBeCloseTo(1.2, 6);
      expect(high).toBeCloseTo(1.2, 6);
    }
  });

  test("is as unsure as its rounds changed unevenly", () => {
    const [low, high] = intervalOf(
      sameRunRatio(estimate(120, [100, 150, 110]), estimate(100, [100, 100, 100])),
    );
    expect(low).toBeLessThan(1.05);
    expect(high).toBeGreaterThan(1.3);
  });
});

/** Rounds whose logarithms are normal, and the figure over all of them. */
function drawn(normal: () => number, rounds: number, centre: number, spread: number): Estimate {
  const values = Array.from({ length: rounds }, () => centre * Math.exp(spread * normal()));
  const mean = values.reduce((sum, value) => sum + Math.log(value), 0) / rounds;
  return estimate(Math.exp(mean), values);
}

describe.each([3, 5, 12])("simulated with %i rounds", (rounds) => {
  const random = splitMix64(rounds);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());
  const trials = 400;

  test("two runs of the same thing are called different in at most one of twenty", () => {
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      // One of the runs is three times as noisy, and has a round more.
      const one = drawn(normal, rounds, 5_000, 0.05);
      const other = drawn(normal, rounds + 1, 5_000, 0.15);
      const [low, high] = intervalOf(independentRatio(one, other));
      if (verdictOf({ low, high }) !== "no difference seen") alarms++;
    }
    // 5 % of 400 are 20, and three standard deviations above that are 33.
    expect(alarms).toBeLessThanOrEqual(33);
  });

  test("a fifth more is seen, where the rounds differ by 2 %", () => {
    let seen = 0;
    for (let trial = 0; trial < trials; trial++) {
      const one = drawn(normal, rounds, 6_000, 0.02);
      const other = drawn(normal, rounds, 5_000, 0.02);
      if (intervalOf(independentRatio(one, other))[0] > 1.05) seen++;
    }
    expect(seen / trials).toBeGreaterThan(0.9);
  });
});
