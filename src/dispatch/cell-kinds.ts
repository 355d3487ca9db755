/**
 * What the second number of a cell means: the number of a job or of an outcome, and how its content
 * travels. `takeBack` and `leave` are no jobs.
 */

/** How the content of a call or of an answer travels. */
export const carriers = {
  /** It is the cell's double. */
  number: 0,
  /** There is none: no argument, or `undefined`. */
  nothing: 1,
  /** It is the port's next message; of a call, behind the names of jobs that were not called before. */
  port: 2,
} as const;
export type Carrier = (typeof carriers)[keyof typeof carriers];

/** The call in the slot is no longer awaited. */
export const takeBack = -1;
/** The Worker shall leave. */
export const leave = -2;

const carrierBits = 2;

/** @param number of a job, or an outcome */
export function kindOf(number: number, carrier: Carrier): number {
  return (number << carrierBits) | carrier;
}

export function numberOf(kind: number): number {
  return kind >> carrierBits;
}

export function carrierOf(kind: number): Carrier {
  return (kind & ((1 << carrierBits) - 1)) as Carrier;
}
