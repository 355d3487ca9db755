import { splitMix64 } from "../stats/random.ts";

/** "burn" in ASCII, above the seed's 32 bits: a stream of its own beside that of the sleeps. */
const stream = 0x6275726e_00000000n;

/**
 * Draws which operations burn: the same for every contender, and in every language that has splitmix64. Each slot
 * in turn draws a number, `(next >> 11) · 2⁻⁵³`; those with the smallest numbers burn, the lower slot first where two
 * are equal. So the share is exact, and what burns in a small share burns in a greater one, too.
 *
 * @param seed 32 bits
 * @param slots operations in all
 * @param share of them, 0 to 1: rounded to whole operations
 * @returns by slot: 1 where the operation burns
 */
export function drawBurns(seed: number, slots: number, share: number): Uint8Array {
  const random = splitMix64(BigInt(seed) | stream);
  const draws = Float64Array.from({ length: slots }, () => random.nextFloat());
  const ranked = Uint32Array.from({ length: slots }, (_, slot) => slot).sort(
    (one, other) => (draws[one] ?? 0) - (draws[other] ?? 0) || one - other,
  );
  const burns = new Uint8Array(slots);
  for (const slot of ranked.subarray(0, Math.round(share * slots))) burns[slot] = 1;
  return burns;
}
