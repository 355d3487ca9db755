import { expect, test } from "bun:test";
import fc from "fast-check";
import { studentTQuantile } from "../../src/stats/student-t.ts";

const fixed = { seed: 1 };

/** Solved with mpmath at 40 digits from the regularised incomplete beta function. */
const known: [probability: number, degreesOfFreedom: number, quantile: number][] = [
  [0.975, 1, 12.706204736174705],
  [0.975, 2, 4.302652729749464],
  [0.975, 3, 3.1824463052837095],
  [0.975, 5, 2.5705818356363155],
  [0.975, 11, 2.20098516009164],
  [0.975, 30, 2.042272456301238],
  [0.975, 1000, 1.9623390808264085],
  [0.995, 1, 63.65674116287158],
  [0.995, 11, 3.105806515539281],
  [0.9999, 1, 3183.098757118151],
  [0.9999, 2, 70.70007107496428],
  [0.9999, 11, 5.452762088822181],
];

test.each(known)("the %d quantile with %d degrees of freedom is %d", (probability, freedom, t) => {
  expect(Math.abs(studentTQuantile(probability, freedom) - t)).toBeLessThan(1e-8);
});

test("the median is 0", () => {
  expect(studentTQuantile(0.5, 7)).toBe(0);
});

test("quantiles are symmetric about the median", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 999 }),
      fc.integer({ min: 1, max: 60 }),
      (mille, freedom) => {
        const upper = studentTQuantile(1 - mille / 1000, freedom);
        expect(studentTQuantile(mille / 1000, freedom)).toBeCloseTo(-upper, 8);
      },
    ),
    fixed,
  );
});

test("with one degree of freedom it is Cauchy's", () => {
  for (const probability of [0.1, 0.3, 0.6, 0.9, 0.99]) {
    const cauchy = Math.tan(Math.PI * (probability - 0.5));
    expect(studentTQuantile(probability, 1)).toBeCloseTo(cauchy, 8);
  }
});

test("more degrees of freedom make the tails lighter, down to the normal distribution's", () => {
  const quantiles = [1, 2, 3, 4, 5, 10, 11, 50, 51, 1000].map((freedom) =>
    studentTQuantile(0.975, freedom),
  );
  expect(quantiles).toEqual(quantiles.toSorted((one, other) => other - one));
  expect(Math.min(...quantiles)).toBeGreaterThan(1.959963984540054);
});

test.each([0, 1, -0.5, Number.NaN])("refuses the probability %d", (probability) => {
  expect(() => studentTQuantile(probability, 5)).toThrow(RangeError);
});

test.each([0, 1.5, -1, Number.NaN])("refuses %d degrees of freedom", (freedom) => {
  expect(() => studentTQuantile(0.9, freedom)).toThrow(RangeError);
});
