import type { BurstAudit } from "./burst-measurement.ts";

/**
 * The audit of a flood runs in JavaScript, in what the user's handler would do: a few nanoseconds a
 * wake. It counts in memory that native threads read (`Cells` of zig/burst.zig).
 */
export type FloodAudit = {
  /** What each wake, or each entry of a doorbell, is given to. */
  readonly hear: (message: unknown) => void;
  /**
   * A flood begins.
   *
   * @param numbers of each thread's next notify
   */
  begin(numbers: Uint32Array): void;
  /** What has been heard since, and in which order, of `sent` notifies. */
  result(sent: number, refused: number): BurstAudit;
  /** Entries into JavaScript, from both counts of `FloodCells.heard` at some moment. */
  entriesOf(delivered: number, apart: number): number;
};

/** `Cells` of zig/burst.zig. */
export type FloodCells = {
  /**
   * Place 0: wakes heard in this flood. Place 1: entries that are told apart from them. Counts are 32
   * bits without a sign, whatever the type of the array says: it is the one that is quickest to add to.
   */
  readonly heard: Int32Array;
  /** Place 0: rings of all floods. */
  readonly rung: Uint32Array;
};

const delivered = 0;
const apart = 1;

/**
 * Low bits of a message that hold the number of the thread's notify; the thread is above them. A message
 * is a positive number of 31 bits, and one bit is left to count on in when the numbers begin anew.
 */
export function numberBitsOf(threads: number): number {
  const threadBits = threads === 1 ? 1 : 32 - Math.clz32(threads - 1);
  return 31 - threadBits;
}

/**
 * The audit of messages: each thread's numbers must come one after the other. A number that is skipped
 * is missing until it comes late (reordered); what is missing in the end is lost; what comes again is a
 * duplicate, as is a message that nobody can have sent.
 *
 * It cannot tell late from lost when a thread is more than half of its range of numbers ahead of what
 * was heard (2^20 wakes with 1,024 threads, more with fewer). How many are lost stays right all the
 * same: it is what was sent less what was heard.
 */
export function messageAudit(cells: FloodCells, threads: number): FloodAudit {
  const numberBits = numberBitsOf(threads);
  const mask = 2 ** numberBits - 1;
  const { heard } = cells;
  // Numbers of this flood: they go on beyond the mask.
  const next = new Int32Array(threads);
  const first = new Int32Array(threads);
  let missing = new Map<number, Gaps>();
  let duplicated = 0;
  let reordered = 0;

  const hearOutOfOrder = (thread: number, ahead: number): void => {
    const expected = next[thread] as number;
    if (ahead <= mask / 2) {
      gapsOf(missing, thread).add(expected, expected + ahead);
      next[thread] = expected + ahead + 1;
      heard[delivered] = (heard[delivered] as number) + 1;
      return;
    }
    const number = expected - (mask + 1 - ahead);
    if (number >= (first[thread] as number) && missing.get(thread)?.take(number) === true) {
      reordered++;
      heard[delivered] = (heard[delivered] as number) + 1;
    } else {
      hearForeign();
    }
  };

  const hearForeign = (): void => {
    heard[apart] = (heard[apart] as number) + 1;
    duplicated++;
  };

  const hear = (message: unknown): void => {
    if (typeof message !== "number") {
      hearForeign();
      return;
    }
    const thread = message >>> numberBits;
    if (thread >= threads) {
      hearForeign();
      return;
    }
    const expected = next[thread] as number;
    // The difference of the low bits; those of the thread are above the mask.
    const ahead = (message - expected) & mask;
    if (ahead !== 0) {
      hearOutOfOrder(thread, ahead);
      return;
    }
    next[thread] = expected + 1;
    heard[delivered] = (heard[delivered] as number) + 1;
  };

  return {
    hear,
    begin(numbers) {
      for (const [thread, number] of numbers.entries()) {
        next[thread] = number & mask;
        first[thread] = number & mask;
      }
      missing = new Map();
      duplicated = 0;
      reordered = 0;
    },
    result(sent, refused) {
      const received = (heard[delivered] as number) >>> 0;
      const lost = Math.max(0, sent - received - refused);
      return { sent, received, lost, duplicated, reordered, coalesced: 0, refused };
    },
    entriesOf: (wakes, others) => wakes + others,
  };
}

/**
 * The audit of a doorbell: at each entry JavaScript takes note of all rings so far, as it would empty a
 * queue beside the bell. Rings are counted before the bell is rung, so the last entry finds them all.
 * Two threads that ring at once may make two entries of which the first finds both rings; only entries
 * beyond the number of rings are duplicates.
 */
export function doorbellAudit(cells: FloodCells): FloodAudit {
  const { heard, rung } = cells;
  let first = 0;
  return {
    hear() {
      heard[apart] = (heard[apart] as number) + 1;
      heard[delivered] = (rung[0] as number) - first;
    },
    begin() {
      first = rung[0] as number;
    },
    result(sent, refused) {
      const received = (heard[delivered] as number) >>> 0;
      const entered = (heard[apart] as number) >>> 0;
      return {
        sent,
        received,
        lost: Math.max(0, sent - received - refused),
        duplicated: Math.max(0, entered - sent),
        reordered: 0,
        coalesced: Math.max(0, received - entered),
        refused,
      };
    },
    entriesOf: (_wakes, entered) => entered,
  };
}

/** Numbers of one thread that were skipped: ranges, in ascending order. */
class Gaps {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  /** `from` is greater than all numbers that were added before; `to` is not among them. */
  add(from: number, to: number): void {
    this.#from.push(from);
    this.#to.push(to);
  }

  /** Takes a number out. False when it was not there. */
  take(number: number): boolean {
    const index = this.#rangeOf(number);
    const from = this.#from[index];
    const to = this.#to[index];
    if (from === undefined || to === undefined || number >= to) return false;
    if (number === from && number + 1 === to) {
      this.#from.splice(index, 1);
      this.#to.splice(index, 1);
    } else if (number === from) {
      this.#from[index] = number + 1;
    } else {
      this.#to[index] = number;
      if (number + 1 < to) {
        this.#from.splice(index + 1, 0, number + 1);
        this.#to.splice(index + 1, 0, to);
      }
    }
    return true;
  }

  /** The last range that begins at or before the number; -1 when there is none. */
  #rangeOf(number: number): number {
    let low = 0;
    let high = this.#from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] as number) <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function gapsOf(missing: Map<number, Gaps>, thread: number): Gaps {
  const found = missing.get(thread);
  if (found !== undefined) return found;
  const gaps = new Gaps();
  missing.set(thread, gaps);
  return gaps;
}
