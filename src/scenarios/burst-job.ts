/** What the producer threads do between two notifies: nothing, or sleep for a while. */
export type Producers = "spin" | "sleep";

/** One flood: so many threads ring one waker, for so long. */
export type BurstJob = {
  readonly scenario: "burst";
  /** A built-in waker's id, or the absolute path of a file that exports `waker`. */
  readonly approach: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  /** The control: the same threads, a notify that rings nothing. */
  readonly isControl: boolean;
  readonly threads: number;
  readonly producers: Producers;
  /** Mean sleep between two notifies of a thread (producers: sleep). */
  readonly gapNs: number;
  readonly payloadBytes: number;
  readonly warmupFloodNs: number;
  readonly floodNs: number;
  readonly seed: number;
};
