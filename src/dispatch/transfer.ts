/** What moves with a value instead of being copied. Empty in nearly every program, and then not even asked. */
const moving = new WeakMap<object, Bun.Transferable[]>();
let isUsed = false;

/**
 * Lets a job's answer hand over what `list` names, instead of copying it: `return transfer(bytes,
 * [bytes.buffer])`. The Worker cannot use it any more afterwards. Arguments move by the option `transfer` of
 * `call`.
 *
 * @returns `value`
 */
export function transfer<T extends object>(value: T, list: readonly Bun.Transferable[]): T {
  isUsed = true;
  moving.set(value, [...list]);
  return value;
}

/** What was to move with a value. */
export function transferOf(value: unknown): Bun.Transferable[] | undefined {
  if (!isUsed || typeof value !== "object" || value === null) return undefined;
  return moving.get(value);
}
