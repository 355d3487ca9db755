/** What the native client sends, and how. */
export type LoadOrder = {
  /** An IPv4 or IPv6 address, not a name. */
  readonly address: string;
  readonly port: number;
  readonly connections: number;
  /**
   * Dropped, nanoseconds. In a closed loop it lasts until each connection has had an answer, for half a timeout
   * more at most, unless it is 0: where requests queue up, the first answers come sooner than all others.
   */
  readonly warmupNs: number;
  readonly durationNs: number;
  /** Requests a second over all connections, on a schedule; null: each connection sends when it has its answer. */
  readonly ratePerSecond: number | null;
  readonly protocol: "http" | "tcp";
  /** All of one request. */
  readonly request: Uint8Array;
  /** The body that a right answer has; with `tcp` all of it. */
  readonly body: Uint8Array;
  /** Core of the client's thread, -1: it is not pinned. */
  readonly core: number;
  /** Process of this machine whose CPU and memory are read at both ends of the measured part; 0: none. */
  readonly serverPid: number;
  /** Threads of it that are counted apart, by the kernel's ids. */
  readonly serverThreadIds: readonly number[];
  /** An answer that takes longer is an error, and its connection is made anew. */
  readonly timeoutNs: number;
  /** Answers whose times are kept at most; of more, one in so many evenly. */
  readonly mostSamples: number;
};

/** Requests that were not answered rightly, by kind. */
export const loadErrorNames = [
  /** The connection could not be made. */
  "refused",
  /** It was closed or reset before the answer was whole. */
  "reset",
  /** The answer was whole, but its status was not 200. */
  "status",
  /** What came was no HTTP, or had another body. */
  "garbage",
  "timeout",
  /** No descriptor was left for the connection (EMFILE, ENFILE). */
  "descriptors",
] as const;
export type LoadErrors = Readonly<Record<(typeof loadErrorNames)[number], number>>;

/** CPU and memory of the server's process over the measured part; null where it cannot be read. */
export type ServerUsage = {
  readonly cpuProcessNs: number;
  /** Of its first thread. */
  readonly cpuLoopNs: number | null;
  /** Of the threads that were named. */
  readonly cpuWorkerNs: number | null;
  readonly cpuOtherNs: number | null;
  readonly voluntarySwitches: number | null;
  readonly peakRssBytes: number;
};

/**
 * The measured part is a span of time. In a closed loop the times are those of the answers that came in it; in an
 * open loop those of the requests that were due in it, whose answers are awaited for up to a second more.
 */
export type LoadReport = {
  /** From sending, in an open loop from the intended time, until the last byte of the answer. */
  readonly latencyNs: readonly number[];
  /** Open loop: from the intended time until it was sent. */
  readonly lateNs: readonly number[];
  /** Sent in the measured part. */
  readonly sent: number;
  /** Right answers whose last byte came in the measured part, whenever they were asked for. */
  readonly answered: number;
  /** Under way when the measured part began: their answers count, too. */
  readonly carried: number;
  /**
   * Closed loop: under way when the measured part ended. Open loop: due in it, and neither answered nor failed
   * a second after it (whatever could not even be sent is among them).
   */
  readonly pending: number;
  /** In the measured part; of the whole run, when that part was never reached. */
  readonly errors: LoadErrors;
  /** The run ended before its time: ten failures of each connection in a row without a single answer. */
  readonly gaveUp: boolean;
  readonly wallNs: number;
  readonly cpuClientNs: number;
  /** Share of the wall time in which the client's thread ran, 0 to 1: near 1 it is saturated. */
  readonly clientBusy: number;
  /** Connections that stood at the end. */
  readonly connected: number;
  readonly server: ServerUsage | null;
  readonly harnessNs: number | null;
};
