import type { Approach, Settings } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";
import type { WakeReader } from "../wakers/waker.ts";

/** What a handler is given to serve with, in the server's process. */
export type HandlerContext = {
  readonly native: Native;
  readonly libraryPath: string;
  /** An address of this machine, or a name of it. */
  readonly hostname: string;
  /** 0: a free one. */
  readonly port: number;
  /** Each of the three waits. */
  readonly waitMs: number;
  /** Parameters of the contender, with the defaults of those that were not written. */
  readonly parameters: Settings;
  /** How this runtime reads a file descriptor. */
  read(fd: number): WakeReader;
};

export type OpenHandler = {
  /** The one that it listens on. */
  readonly port: number;
  /** The kernel's ids of the threads that work for the loop: the native thread, the Worker, the native server. */
  threadIds(): readonly number[];
  close(): Promise<void>;
};

/** One way to answer requests. What it answers is fixed by `answers.ts`, so that the client can check it. */
export type Handler = Approach & {
  /**
   * Handlers of one kind are set against each other: what answers at once, what waits three times, what sends
   * back what came.
   */
  readonly kind: "answer" | "wait" | "echo";
  readonly protocol: "http" | "tcp";
  /** What must be known to read its figures: tables mark the row and say it below. */
  readonly caveat?: string;
  /** @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD */
  open(context: HandlerContext): Promise<OpenHandler>;
};
