import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Verdict, verdictOf } from "../../src/stats/verdict.ts";

const fixed = { seed: 1 };
const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
const someInterval = fc.tuple(positive, positive).map(([one, other]) => ({
  low: Math.min(one, other),
  high: Math.max(one, other),
}));
const mirrored: Record<Verdict, Verdict> = {
  faster: "slower",
  slower: "faster",
  "no difference seen": "no difference seen",
};

const cases: [low: number, high: number, verdict: Verdict][] = [
  [1.021, 1.5, "slower"],
  [0.5, 0.979, "faster"],
  [0.99, 1.01, "no difference seen"],
  [0.5, 2, "no difference seen"],
  [1.02, 1.5, "no difference seen"],
  [0.5, 0.98, "no difference seen"],
  [1.005, 1.03, "no difference seen"],
  [0.97, 0.995, "no difference seen"],
  [Number.NaN, Number.NaN, "no difference seen"],
];

test.each(cases)("an interval from %d to %d says %p", (low, high, verdict) => {
  expect(verdictOf({ low, high })).toBe(verdict);
});

test("the margin can be another", () => {
  expect(verdictOf({ low: 1.03, high: 1.1 }, 0.05)).toBe("no difference seen");
  expect(verdictOf({ low: 1.001, high: 1.1 }, 0)).toBe("slower");
});

test("without a margin an inverted interval says the opposite", () => {
  fc.assert(
    fc.property(someInterval, ({ low, high }) => {
      const inverted = { low: 1 / high, high: 1 / low };
      expect(verdictOf(inverted, 0)).toBe(mirrored[verdictOf({ low, high }, 0)]);
    }),
    fixed,
  );
});

test("an inverted interval says the opposite, save in the gap between 1/1.02 and 0.98", () => {
  const inGap = (end: number) => end >= 1.02 && end <= 1 / 0.98;
  fc.assert(
    fc.property(someInterval, ({ low, high }) => {
      fc.pre(!inGap(low) && !inGap(1 / high));
      const inverted = { low: 1 / high, high: 1 / low };
      expect(verdictOf(inverted)).toBe(mirrored[verdictOf({ low, high })]);
    }),
    fixed,
  );
});
