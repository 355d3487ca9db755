import { shuffle } from "simple-statistics";

/** A stream of random numbers that its seed alone decides, on every platform and runtime. */
export type Random = {
  /** A whole number in [0, 2⁶⁴). */
  nextUint64(): bigint;
  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  nextFloat(): number;
  /**
   * A whole number in [0, bound), each as likely as the other.
   *
   * @throws RangeError when the bound is not a positive safe integer
   */
  nextBelow(bound: number): number;
  /** The items in a random order (Fisher–Yates); the argument is left as it is. */
  shuffle<T>(items: readonly T[]): T[];
};

const wordBits = 64;
const wordRange = 1n << 64n;

/**
 * SplitMix64. It passes BigCrush, and neighbouring seeds give unrelated streams, which is what seeds
 * typed by people need. Not for secrets.
 *
 * Source: G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators",
 * OOPSLA 2014; constants of S. Vigna, https://prng.di.unimi.it/splitmix64.c
 *
 * @param seed any whole number; only its low 64 bits count
 * @throws RangeError when the seed is not a whole number
 */
export function splitMix64(seed: number | bigint): Random {
  let state = BigInt.asUintN(wordBits, BigInt(seed));

  const nextUint64 = () => {
    state = BigInt.asUintN(wordBits, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(wordBits, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(wordBits, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };

  const nextFloat = () => Number(nextUint64() >> 11n) * 2 ** -53;

  const nextBelow = (bound: number) => {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`a bound is a positive whole number, not ${bound}`);
    }
    const wide = BigInt(bound);
    // Words past the last whole multiple of the bound are drawn again, else low results gain.
    const limit = wordRange - (wordRange % wide);
    let word = nextUint64();
    while (word >= limit) word = nextUint64();
    return Number(word % wide);
  };

  return {
    nextUint64,
    nextFloat,
    nextBelow,
    shuffle: (items) => shuffle([...items], nextFloat),
  };
}
