/**
 * What cancelled tasks must give back, a cell for each: memory that all threads share. Each half of a cell counts
 * one side, so that nothing cancels out: taken twice, or given back without having been taken, is seen.
 */
export type Leases = Int32Array<SharedArrayBuffer>;

const takenOnce = 1;
const givenBackOnce = 1 << 16;

export function makeLeases(tasks: number): Leases {
  return new Int32Array(new SharedArrayBuffer(tasks * Int32Array.BYTES_PER_ELEMENT));
}

export function takeLease(leases: Leases, slot: number): void {
  Atomics.add(leases, slot, takenOnce);
}

export function giveBackLease(leases: Leases, slot: number): void {
  Atomics.add(leases, slot, givenBackOnce);
}

/** How often leases were given back, and how many were taken and given back once each, as they should be. */
export function countLeases(leases: Leases): {
  readonly givenBack: number;
  readonly settled: number;
} {
  let givenBack = 0;
  let settled = 0;
  for (const cell of leases) {
    givenBack += cell >> 16;
    if (cell === takenOnce + givenBackOnce) settled++;
  }
  return { givenBack, settled };
}
