import { splitMix64 } from "../stats/random.ts";

/**
 * Draws exponential sleeps that are the same numbers in every library and language: each slot in turn draws `next`
 * of splitmix64, which gives `u = ((next >> 11) + 0.5) · 2⁻⁵³`, between 0 and 1 and neither of them, and sleeps
 * `-mean · ln(u)`, rounded to whole nanoseconds.
 *
 * @param seed 32 bits
 * @returns nanoseconds, by slot
 */
export function drawSleepsNs(seed: number, slots: number, meanNs: number): Float64Array {
  const random = splitMix64(seed);
  return Float64Array.from({ length: slots }, () => {
    const uniform = (Number(random.nextUint64() >> 11n) + 0.5) * 2 ** -53;
    return Math.round(-meanNs * Math.log(uniform));
  });
}

/**
 * What tells whether two contenders had the same sleeps: the first 16 digits of the SHA-256 of the sleeps, each as
 * eight bytes, the lowest first.
 *
 * @param sleepsNs whole numbers
 */
export function sleepsChecksum(sleepsNs: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(8 * sleepsNs.length));
  for (const [slot, sleepNs] of sleepsNs.entries()) {
    bytes.setBigUint64(8 * slot, BigInt(sleepNs), true);
  }
  return checksumOf(new Uint8Array(bytes.buffer));
}

/** The first 16 digits of the SHA-256 of some bytes. */
export function checksumOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 16);
}
