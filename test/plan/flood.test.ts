import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  expectedFloodCost,
  expectedFloodsNs,
  fitFloods,
  floodBoundsNs,
  floodLengthNs,
  planFloods,
  usualRounds,
  warmupFloodNs,
} from "../../src/plan/flood.ts";

const fixed = { seed: 1 };

describe("rounds of floods", () => {
  const few = fc.integer({ min: 1, max: 5 });
  const counts = fc.uniqueArray(fc.integer({ min: 1, max: 2_048 }), { minLength: 1, maxLength: 5 });

  test("have one of every subject from each number of threads", () => {
    fc.assert(
      fc.property(few, counts, few, fc.nat(), (subjects, threads, rounds, seed) => {
        const plan = planFloods(subjects, threads, rounds, seed);
        expect(plan).toHaveLength(rounds);
        for (const [index, round] of plan.entries()) {
          expect(round.every((flood) => flood.round === index)).toBe(true);
          const cells = new Set(round.map((flood) => `${flood.subject} ${flood.threads}`));
          expect(cells.size).toBe(subjects * threads.length);
          expect(round).toHaveLength(cells.size);
          expect(new Set(round.map((flood) => flood.threads))).toEqual(new Set(threads));
        }
      }),
      fixed,
    );
  });

  test("are the same for the same seed and change their order from round to round", () => {
    const plan = planFloods(5, [1, 64], 5, 3);
    expect(planFloods(5, [1, 64], 5, 3)).toEqual(plan);
    const orders = plan.map((round) => round.map((flood) => `${flood.subject}.${flood.threads}`));
    expect(new Set(orders.map(String)).size).toBe(5);
  });
});

describe("the length of floods", () => {
  const cost = fc.record({
    fixedNs: fc.integer({ min: 0, max: 300e6 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
  });
  const costs = fc.array(cost, { minLength: 1, maxLength: 40 });
  const leftNs = fc.integer({ min: -1e9, max: 100e9 });
  const done = fc.integer({ min: 0, max: usualRounds.most - 1 });

  test("fits into the time that is left, with all of its rounds, save at the least of it", () => {
    fc.assert(
      fc.property(leftNs, done, costs, (left, before, each) => {
        const fit = fitFloods(left, { done: before, ...usualRounds }, each);
        expect(fit.rounds).toBeWithin(0, usualRounds.most - before + 1);
        expect(fit.basicNs).toBeWithin(floodBoundsNs.least, floodBoundsNs.most + 1);
        if (fit.basicNs === floodBoundsNs.least) return;
        expect(expectedFloodsNs(fit, each)).toBeLessThanOrEqual(left * (1 + 1e-9));
      }),
      fixed,
    );
  });

  test("comes before the number of rounds, down to three of them", () => {
    const each = [{ fixedNs: 100e6, factor: 3 }];
    const roundsIn = (left: number) => fitFloods(left, { done: 0, ...usualRounds }, each);
    expect(roundsIn(60e9)).toEqual({ rounds: 5, basicNs: floodBoundsNs.most });
    expect(roundsIn(0.875e9)).toEqual({ rounds: 5, basicNs: 25e6 });
    expect(roundsIn(0.85e9).rounds).toBe(4);
    expect(roundsIn(0.48e9)).toEqual({ rounds: 3, basicNs: 20e6 });
    expect(roundsIn(0.1e9)).toEqual({ rounds: 3, basicNs: floodBoundsNs.least });
  });

  test("of a further round that does not fit is none, once there are two", () => {
    const each = [{ fixedNs: 100e6, factor: 3 }];
    const roundsAfter = (before: number, left: number) =>
      fitFloods(left, { done: before, ...usualRounds }, each).rounds;
    expect(roundsAfter(1, 10e6)).toBe(2);
    expect(roundsAfter(2, 10e6)).toBe(0);
    expect(roundsAfter(2, 131e6)).toBe(1);
    expect(roundsAfter(4, 10e6)).toBe(0);
  });

  test("is within its bounds when every contender is out", () => {
    const { basicNs } = fitFloods(1e9, { done: 1, ...usualRounds }, []);
    expect(basicNs).toBe(floodBoundsNs.most);
  });
});

test("the warm-up is shorter than what is measured", () => {
  for (const floodNs of Object.values(floodBoundsNs)) {
    expect(warmupFloodNs(floodNs)).toBeWithin(1, floodNs);
  }
});

test("floods from many more threads than cores are longer, up to eight times", () => {
  const lengthFrom = (threads: number, cores = 2) => floodLengthNs(20e6, threads, cores);
  expect([1, 8, 16, 64, 1_024].map((threads) => lengthFrom(threads))).toEqual([
    20e6, 20e6, 20e6, 80e6, 160e6,
  ]);
  expect(lengthFrom(64, 16)).toBe(20e6);
  expect(floodLengthNs(900e6, 64, 2)).toBe(floodBoundsNs.most);
});

test("more threads, and threads without a pause, are taken to cost more", () => {
  const base = expectedFloodCost(1, 2, "sleep");
  expect(expectedFloodCost(64, 2, "sleep").fixedNs).toBeGreaterThan(base.fixedNs);
  expect(expectedFloodCost(64, 2, "sleep").factor).toBeGreaterThan(base.factor);
  expect(expectedFloodCost(1, 2, "spin").factor).toBeGreaterThan(base.factor);
});
