import type { Pointer } from "bun:ffi";
import type { Approach, Settings } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";

/** What a waker can and cannot do. Tables, help and docs are made from these. */
export type WakerTraits = {
  /**
   * `message`: each wake arrives with its number, and `wait()` resolves with it. `doorbell`: a wake
   * says only that something happened, and several may arrive as one.
   */
  readonly kind: "message" | "doorbell";
  /** What a wake can carry, in words. */
  readonly payload: string;
  /** Several rings may arrive as one. */
  readonly coalesces: boolean;
  /** A waiting waker keeps the process from ending. */
  readonly keepsAlive: boolean;
  /** A native thread rings. False for what only JavaScript can do. */
  readonly native: boolean;
  /** Platforms that have it, as `process.platform` names them. */
  readonly platforms: readonly NodeJS.Platform[];
  /** What must be known to read its figures: tables mark the row and say it below. */
  readonly caveat?: string;
  /** Sizes of payload in bytes, beside the wake's number, that `payloadBytes` may ask it to carry. */
  readonly payloadSizes?: readonly number[];
};

/** What a waker is given to work with. */
export type WakerContext = {
  /**
   * Address of the `wakerbench_seam` of include/wakerbench.h. Hand it to your library, which binds a
   * notify function to it or calls `next` from a thread of its own.
   */
  readonly seam: Pointer;
  /** Stamps the first line of JavaScript that a wake runs. Absent unless `--stages` was given. */
  readonly enter?: (() => void) | undefined;
  /** Parameters of the contender, with the defaults of those that were not written. */
  readonly parameters: Settings;
  /** Bytes of payload that each wake shall carry, of the trait `payloadSizes`; absent or 0: none. */
  readonly payloadBytes?: number | undefined;
  /** Reads a file descriptor in the way that suits this runtime. The reader owns the descriptor. */
  read(fd: number): WakeReader;
  /** What a Worker needs to join the visit: pass it on, then call `joinVisit` in the Worker. */
  readonly visit: VisitTicket;
  /** The harness's own library, for the built-in doorbells. */
  readonly native: Native;
};

/** Plain data, so that it can be sent to a Worker. Addresses are valid in the whole process. */
export type VisitTicket = {
  readonly libraryPath: string;
  /** Null where threads are neither placed nor accounted for (a flood). */
  readonly session: Pointer | null;
  readonly seam: Pointer;
};

/** A byte stream that a wake comes through. */
export type WakeReader = {
  /** Resolves with the next chunk: the `read()` of the stream itself, no promise around it. */
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  /** Ends the stream and closes the descriptor. */
  close(): Promise<void>;
};

/** An open waker. */
export type OpenWaker = {
  /**
   * Resolves at the next wake: with the wake's number (a `message`) or with anything (a
   * `doorbell`). Called before the wake is asked for, so JavaScript is waiting when the bell rings.
   */
  wait(): Promise<unknown>;
  /**
   * Calls `hear` at each wake from now on, with what `wait()` would resolve with, and no promise in
   * between: how a program hears a flood. `wait()` is not called then. Without it the harness loops
   * over `wait()`.
   */
  listen?(hear: (message: unknown) => void): void;
  /**
   * How often JavaScript has been entered so far, for a waker whose one entry may bring several
   * messages. Without it each call of `hear` is an entry.
   */
  entries?(): number;
  /**
   * How many notifies so far were told that they had failed (a full queue), so that they are not lost
   * but known to their thread. Without it none was.
   */
  refused?(): number;
  /** For a waker that is not native: asks the other side for the next wake. */
  ask?(): void;
  /** Gives back all that was opened. The waker threads have stopped by then. */
  close(): void | Promise<void>;
};

/**
 * One way in which a thread makes the event loop run JavaScript. A file that exports one such object
 * as `waker` can be measured: `wakerbench compare ./my-waker.ts callback`.
 */
export type Waker = Approach & {
  readonly traits: WakerTraits;
  /**
   * For a waker that looks again and again instead of being woken: nanoseconds from one look to the
   * next, 0 when it looks in every turn of the loop. Its wakes count although they find the loop awake,
   * and the gap before each is a period or more, so that wakes come at any phase of it.
   */
  pollPeriodNs?(settings: Settings): number;
  open(context: WakerContext): OpenWaker | Promise<OpenWaker>;
};
