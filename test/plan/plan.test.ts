import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  expectedDurationNs,
  expectedVisitCost,
  isTimeOver,
  planRounds,
  sizeThatFits,
  usualRounds,
  wakeBounds,
} from "../../src/plan/plan.ts";

const fixed = { seed: 1 };
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const few = fc.integer({ min: 1, max: 6 });

describe("rounds", () => {
  test("each visit every subject once in each placement", () => {
    fc.assert(
      fc.property(few, few, few, seed, (subjects, placements, rounds, drawn) => {
        const plan = planRounds(subjects, placements, rounds, drawn);
        expect(plan).toHaveLength(rounds);
        for (const [index, round] of plan.entries()) {
          expect(round.every((visit) => visit.round === index)).toBe(true);
          const cells = new Set(round.map(({ subject, placement }) => `${subject} ${placement}`));
          expect(cells.size).toBe(subjects * placements);
          expect(round).toHaveLength(subjects * placements);
          expect(round.every(({ subject }) => subject >= 0 && subject < subjects)).toBe(true);
          expect(round.every((visit) => visit.placement < placements)).toBe(true);
        }
      }),
      fixed,
    );
  });

  test("are the same for the same seed", () => {
    fc.assert(
      fc.property(seed, (drawn) => {
        expect(planRounds(5, 2, 4, drawn)).toEqual(planRounds(5, 2, 4, drawn));
      }),
      fixed,
    );
  });

  test("are longer but begin the same when there are more of them", () => {
    expect(planRounds(5, 2, 12, 7).slice(0, 4)).toEqual(planRounds(5, 2, 4, 7));
  });

  test("differ for different seeds", () => {
    const plans = Array.from({ length: 50 }, (_, drawn) =>
      JSON.stringify(planRounds(5, 2, 4, drawn)),
    );
    expect(new Set(plans).size).toBe(plans.length);
  });

  test("have an order that changes from round to round", () => {
    const orders = planRounds(5, 2, 12, 1).map((round) =>
      round.map(({ subject, placement }) => `${subject}.${placement}`).join(" "),
    );
    expect(new Set(orders).size).toBe(orders.length);
  });

  test("give every subject every position in its turn", () => {
    const rounds = 2_000;
    const subjects = 4;
    const firsts = planRounds(subjects, 1, rounds, 1).map(([visit]) => visit?.subject);
    for (let subject = 0; subject < subjects; subject++) {
      const share = firsts.filter((first) => first === subject).length / rounds;
      expect(Math.abs(share * subjects - 1)).toBeLessThan(0.2);
    }
  });

  test("give each visit a seed of 32 bits of its own", () => {
    const seeds = planRounds(5, 2, 12, 1).flatMap((round) => round.map((visit) => visit.seed));
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 32)).toBe(true);
  });
});

describe("the wakes of a visit", () => {
  const cost = fc.record({
    fixedNs: fc.integer({ min: 0, max: 100e6 }),
    perWakeNs: fc.integer({ min: 1_000, max: 1e6 }),
  });
  const costs = fc.array(cost, { minLength: 1, maxLength: 12 });
  const timeNs = fc.integer({ min: -1e9, max: 60e9 });
  const rounds = fc.integer({ min: 1, max: 20 });
  const warmup = fc.integer({ min: 1, max: 200 });

  test("fit into the time that is left, save at the least of them", () => {
    fc.assert(
      fc.property(timeNs, rounds, costs, warmup, (leftNs, roundsLeft, each, warmupWakes) => {
        const size = sizeThatFits(leftNs, roundsLeft, each, warmupWakes);
        expect(Number.isInteger(size.wakes)).toBe(true);
        expect(size.wakes).toBeWithin(wakeBounds.least, wakeBounds.most + 1);
        if (size.wakes === wakeBounds.least) return;
        const takenNs = expectedDurationNs(roundsLeft, each, size);
        expect(takenNs).toBeLessThanOrEqual(leftNs * (1 + 1e-9));
      }),
      fixed,
    );
  });

  test("use the time up, save at the most of them", () => {
    fc.assert(
      fc.property(timeNs, rounds, costs, warmup, (leftNs, roundsLeft, each, warmupWakes) => {
        const size = sizeThatFits(leftNs, roundsLeft, each, warmupWakes);
        if (size.wakes === wakeBounds.most) return;
        // Two more: a wake that cannot be shared between warm-up and measured part is left over.
        const larger = { ...size, wakes: size.wakes + 2 };
        const takenNs = expectedDurationNs(roundsLeft, each, larger);
        expect(takenNs).toBeGreaterThan(leftNs * (1 - 1e-9));
      }),
      fixed,
    );
  });

  test("are not fewer with more time, fewer rounds or fewer visits", () => {
    fc.assert(
      fc.property(timeNs, rounds, costs, warmup, (leftNs, roundsLeft, each, warmupWakes) => {
        const { wakes } = sizeThatFits(leftNs, roundsLeft, each, warmupWakes);
        const withTime = sizeThatFits(leftNs + 1e9, roundsLeft, each, warmupWakes);
        expect(withTime.wakes).toBeGreaterThanOrEqual(wakes);
        if (leftNs >= 0 && roundsLeft > 1) {
          const inFewer = sizeThatFits(leftNs, roundsLeft - 1, each, warmupWakes);
          expect(inFewer.wakes).toBeGreaterThanOrEqual(wakes);
        }
        const [, ...fewer] = each;
        if (leftNs >= 0 && fewer.length > 0) {
          const forFewer = sizeThatFits(leftNs, roundsLeft, fewer, warmupWakes);
          expect(forFewer.wakes).toBeGreaterThanOrEqual(wakes);
        }
      }),
      fixed,
    );
  });

  test("are within their bounds when every contender is out", () => {
    expect(sizeThatFits(1e9, 3, [], 50).wakes).toBe(wakeBounds.most);
  });

  test("have a warm-up as it was asked for, but never one that is longer than they", () => {
    fc.assert(
      fc.property(timeNs, rounds, costs, warmup, (leftNs, roundsLeft, each, wanted) => {
        const { wakes, warmupWakes } = sizeThatFits(leftNs, roundsLeft, each, wanted);
        expect(warmupWakes).toBe(Math.min(wanted, wakes));
      }),
      fixed,
    );
  });
});

test("a short time has fewer rounds, and never too few for an interval", () => {
  expect(usualRounds(20e9).planned).toBe(12);
  const short = usualRounds(5e9);
  expect(short.planned).toBeLessThan(12);
  expect(short.least).toBeWithin(5, short.planned + 1);
});

test("time is over when the smallest of rounds does not fit", () => {
  const costs = [
    { fixedNs: 30e6, perWakeNs: 100e3 },
    { fixedNs: 50e6, perWakeNs: 100e3 },
  ];
  expect(isTimeOver(84e6, costs)).toBe(false);
  expect(isTimeOver(83e6, costs)).toBe(true);
  expect(isTimeOver(0, [])).toBe(false);
});

describe("what a visit is taken to cost", () => {
  const plain = { isFloor: false, perWakeThread: false, busy: false, ratePerSecond: null };
  const base = expectedVisitCost("same-core", 100_000, plain);

  test("is more than the gap for each wake", () => {
    expect(base.perWakeNs).toBeGreaterThan(100_000);
  });

  test.each([
    ["across cores", expectedVisitCost("cross-core", 100_000, plain)],
    [
      "with a thread for each wake",
      expectedVisitCost("same-core", 100_000, { ...plain, perWakeThread: true }),
    ],
    ["with a busy loop", expectedVisitCost("same-core", 100_000, { ...plain, busy: true })],
    [
      "with looks in between",
      expectedVisitCost("same-core", 100_000, { ...plain, pollPeriodNs: 8e6 }),
    ],
    [
      "with a look in each turn",
      expectedVisitCost("same-core", 100_000, { ...plain, pollPeriodNs: 0 }),
    ],
    ["for the floor", expectedVisitCost("same-core", 100_000, { ...plain, isFloor: true })],
  ])("is more %s", (_, { perWakeNs }) => {
    expect(perWakeNs).toBeGreaterThan(base.perWakeNs);
  });

  test("of an open loop is what its schedule says, wherever it runs", () => {
    const open = { ...plain, busy: true, ratePerSecond: 5_000 };
    expect(expectedVisitCost("same-core", 100_000, open).perWakeNs).toBe(200_000);
    expect(expectedVisitCost("cross-core", 100_000, open).perWakeNs).toBe(200_000);
    const floor = { ...open, isFloor: true };
    expect(expectedVisitCost("any", 100_000, floor).perWakeNs).toBe(3 * 200_000);
  });
});
