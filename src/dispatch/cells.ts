const intBytes = Int32Array.BYTES_PER_ELEMENT;
const cacheLineInts = 16;
/** Cells that were written so far, and whether the reader sleeps: a cache line each. */
const written = 0;
const asleep = cacheLineInts;
const firstCell = 2 * cacheLineInts;
const cellInts = 4;

/** Memory for at least so many cells. */
export function cellMemory(cells: number): SharedArrayBuffer {
  const capacity = 2 ** Math.ceil(Math.log2(cells));
  return new SharedArrayBuffer((firstCell + capacity * cellInts) * intBytes);
}

type Views = { readonly ints: Int32Array; readonly doubles: Float64Array; readonly mask: number };

function viewsOf(memory: SharedArrayBuffer): Views {
  const ints = new Int32Array(memory);
  const capacity = (ints.length - firstCell) / cellInts;
  return { ints, doubles: new Float64Array(memory), mask: capacity - 1 };
}

/**
 * The writing end of a queue of cells in shared memory: one writer, one reader, each cell two whole
 * numbers and a double. It has no bound of its own: the writer must know that there is room.
 *
 * The reader says that it sleeps (`asleep` = 1), looks once more, and sleeps as long as the word is 1;
 * the writer publishes, then looks at the word. All of these are sequentially consistent, so one of the two
 * sees the other, and whoever sets the word back to 0 notifies.
 */
export class CellWriter {
  readonly #views: Views;
  #written = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#views = viewsOf(memory);
  }

  write(slot: number, kind: number, double: number): void {
    const { ints, doubles, mask } = this.#views;
    const cell = firstCell + (this.#written & mask) * cellInts;
    ints[cell] = slot;
    ints[cell + 1] = kind;
    doubles[(cell + 2) >> 1] = double;
    this.#written = (this.#written + 1) | 0;
    Atomics.store(ints, written, this.#written);
    // The exchange is a write to the reader's cache line, so it is made only where it may be needed.
    if (Atomics.load(ints, asleep) !== 0) wake(ints);
  }
}

/** Wakes the reader, if it sleeps. */
function wake(ints: Int32Array): void {
  if (Atomics.exchange(ints, asleep, 0) !== 0) Atomics.notify(ints, asleep);
}

/** The reading end of a queue of cells: `next()`, then `slot`, `kind` and `double`. */
export class CellReader {
  slot = 0;
  kind = 0;
  double = 0;
  readonly #views: Views;
  #read = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#views = viewsOf(memory);
  }

  /** Cells that lie there now. */
  get length(): number {
    return (Atomics.load(this.#views.ints, written) - this.#read) | 0;
  }

  /** Takes the next cell. There must be one. */
  next(): void {
    const { ints, doubles, mask } = this.#views;
    const cell = firstCell + (this.#read & mask) * cellInts;
    this.slot = ints[cell] as number;
    this.kind = ints[cell + 1] as number;
    this.double = doubles[(cell + 2) >> 1] as number;
    this.#read = (this.#read + 1) | 0;
  }

  /** Blocks the thread until there is a cell. It may return without one. */
  sleep(): void {
    const { ints } = this.#views;
    Atomics.store(ints, asleep, 1);
    if (this.length === 0) Atomics.wait(ints, asleep, 1);
    Atomics.store(ints, asleep, 0);
  }

  /**
   * A promise that is resolved when there may be a cell, or null when there is one already.
   */
  sleepAsync(): Promise<unknown> | null {
    const { ints } = this.#views;
    Atomics.store(ints, asleep, 1);
    if (this.length === 0) {
      const waiting = Atomics.waitAsync(ints, asleep, 1);
      if (waiting.async) return waiting.value;
    }
    Atomics.store(ints, asleep, 0);
    return null;
  }

  /** Ends `sleepAsync` without a cell. */
  rouse(): void {
    wake(this.#views.ints);
  }
}
