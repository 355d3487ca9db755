import type { Pointer } from "bun:ffi";
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
};

/** "When to use": trade-offs in words, and the code that does it. */
export type WakerAdvice = {
  readonly when: string;
  readonly against: string;
  /** About fifteen lines of TypeScript that a user can paste. */
  readonly code: string;
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
  /** Parameters of the contender: `ring:doorbell=eventfd` gives `{ doorbell: "eventfd" }`. */
  readonly parameters: Readonly<Record<string, string>>;
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
  readonly session: Pointer;
  readonly seam: Pointer;
};

/** A byte stream that a wake comes through. */
export type WakeReader = {
  /** Resolves with the next chunk: the `read()` of the stream itself, no promise around it. */
  read(): Promise<{ readonly done: boolean }>;
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
  /** For a waker that is not native: asks the other side for the next wake. */
  ask?(): void;
  /** Gives back all that was opened. The waker threads have stopped by then. */
  close(): void | Promise<void>;
};

/**
 * One way in which a thread makes the event loop run JavaScript. A file that exports one such object
 * as `waker` can be measured: `wakerbench compare ./my-waker.ts callback`.
 */
export type Waker = {
  /** Kebab-case, as it is written on the command line. */
  readonly id: string;
  readonly title: string;
  /** One line: the doorbell, and what hears it. */
  readonly summary: string;
  readonly traits: WakerTraits;
  readonly advice: WakerAdvice;
  open(context: WakerContext): OpenWaker | Promise<OpenWaker>;
};
