import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { splitMix64 } from "../../src/stats/random.ts";

const fixed = { seed: 1 };

describe("splitMix64", () => {
  test("gives the reference sequence for the seed 1234567", () => {
    const random = splitMix64(1234567);
    expect(Array.from({ length: 5 }, () => random.nextUint64())).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  test("gives the same stream for a number and for the BigInt of it", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        expect(splitMix64(seed).nextUint64()).toBe(splitMix64(BigInt(seed)).nextUint64());
      }),
      fixed,
    );
  });

  test("gives another stream for the next seed", () => {
    expect(splitMix64(1).nextUint64()).not.toBe(splitMix64(2).nextUint64());
  });

  test("refuses a seed that is not whole", () => {
    expect(() => splitMix64(1.5)).toThrow(RangeError);
  });

  test("floats lie in [0, 1) and fill it evenly", () => {
    const random = splitMix64(6);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const tenth = Math.floor(10 * random.nextFloat());
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1;
    }
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test("whole numbers below a bound stay below it", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed, bound) => {
        const drawn = splitMix64(seed).nextBelow(bound);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
      }),
      fixed,
    );
  });

  test("whole numbers below 3 are equally likely", () => {
    const random = splitMix64(7);
    const counts: [number, number, number] = [0, 0, 0];
    for (let draw = 0; draw < 90_000; draw++) counts[random.nextBelow(3) as 0 | 1 | 2]++;
    for (const count of counts) expect(Math.abs(count - 30_000)).toBeLessThan(700);
  });

  test.each([0, -1, 1.5, 2 ** 53])("refuses the bound %d", (bound) => {
    expect(() => splitMix64(1).nextBelow(bound)).toThrow(RangeError);
  });

  test("shuffling keeps every item, and leaves its argument as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const shuffled = splitMix64(seed).shuffle(items);
        expect(items).toEqual(before);
        expect(shuffled.toSorted()).toEqual(before.toSorted());
      }),
      fixed,
    );
  });

  test("shuffling gives every order equally often", () => {
    const random = splitMix64(8);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 60_000; draw++) {
      const order = random.shuffle(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test("shuffling with the same seed gives the same order", () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    expect(splitMix64(9).shuffle(items)).toEqual(splitMix64(9).shuffle(items));
  });
});
