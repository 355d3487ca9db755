import { expect, test } from "bun:test";
import { drawBurns } from "../../src/scenarios/mixed-burns.ts";
import { checksumOf, drawSleepsNs, sleepsChecksum } from "../../src/scenarios/sleeps.ts";

const seed = 3_735_928_559;
const slots = 4_000;
const meanNs = 5e6;

/** What anybody writes who has read the comments of the two functions. */
const portable = `
import hashlib, math, struct

def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % 2**64
        yield mixed ^ (mixed >> 31)

def checksum(data):
    return hashlib.sha256(data).hexdigest()[:16]

random = splitmix64(${seed})
sleeps = [math.floor(-${meanNs} * math.log(((next(random) >> 11) + 0.5) * 2**-53) + 0.5) for _ in range(${slots})]
print(checksum(struct.pack("<${slots}Q", *sleeps)))

random = splitmix64(${seed} | 0x6275726E << 32)
draws = [(next(random) >> 11) * 2**-53 for _ in range(${slots})]
burning = set(sorted(range(${slots}), key=lambda slot: (draws[slot], slot))[: ${slots} // 10])
print(checksum(bytes(slot in burning for slot in range(${slots}))))
`;

const python = Bun.which("python3");

test.skipIf(python === null)("Python draws the same sleeps and the same burning operations", () => {
  const { stdout } = Bun.spawnSync(["python3", "-c", portable]);
  expect(stdout.toString().trim().split("\n")).toEqual([
    sleepsChecksum(drawSleepsNs(seed, slots, meanNs)),
    checksumOf(drawBurns(seed, slots, 0.1)),
  ]);
});

test("sleeps are whole nanoseconds, and exponential about their mean", () => {
  const sleepsNs = drawSleepsNs(seed, slots, meanNs);
  expect(sleepsNs.every((sleepNs) => Number.isInteger(sleepNs) && sleepNs >= 0)).toBe(true);
  const mean = sleepsNs.reduce((sum, sleepNs) => sum + sleepNs, 0) / slots;
  expect(mean / meanNs).toBeCloseTo(1, 1);
  // An exponential variable exceeds its mean with probability 1/e.
  const above = sleepsNs.filter((sleepNs) => sleepNs > meanNs).length / slots;
  expect(above).toBeCloseTo(1 / Math.E, 1);
});

test("another seed draws other sleeps, and other operations that burn", () => {
  const sums = [1, 2, 3].map((one) => [
    sleepsChecksum(drawSleepsNs(one, slots, meanNs)),
    checksumOf(drawBurns(one, slots, 0.1)),
  ]);
  expect(new Set(sums.flat()).size).toBe(6);
});

test("the share that burns is exact, and what burns in a small share burns in a greater one", () => {
  const shares = [0, 0.01, 0.1, 0.5, 0.99];
  const drawn = shares.map((share) => drawBurns(seed, slots, share));
  const counts = drawn.map((burns) => burns.reduce((sum, burn) => sum + burn, 0));
  expect(counts).toEqual(shares.map((share) => Math.round(share * slots)));
  for (const [index, burns] of drawn.slice(0, -1).entries()) {
    expect(burns.every((burn, slot) => burn <= (drawn[index + 1]?.[slot] ?? 0))).toBe(true);
  }
});
