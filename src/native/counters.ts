import { type Pointer, ptr } from "bun:ffi";

/**
 * The counters that a native function writes, under their names.
 *
 * @param names in the order of the native structure, which is of doubles
 * @param write fills the memory that it is given
 */
export function readCounters<Name extends string>(
  names: readonly Name[],
  write: (out: Pointer) => void,
): Record<Name, number> {
  const numbers = new Float64Array(names.length);
  write(ptr(numbers));
  return Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? 0])) as Record<
    Name,
    number
  >;
}
