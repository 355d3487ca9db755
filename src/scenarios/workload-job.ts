/** The scenarios that are programs: what a wake, a task or a wait costs there. */
export const workloadIds = ["spawn", "io", "cancel", "mixed", "handlers", "fetch"] as const;
export type WorkloadId = (typeof workloadIds)[number];

/** What the jobs of all workloads have in common. */
export type WorkloadJob<Id extends WorkloadId = WorkloadId> = {
  readonly scenario: Id;
  /** The id of what is measured. */
  readonly approach: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  /** Which of the scenario's cases (`waves`); empty where it has but one. */
  readonly case: string;
  /** The seed of the run, the same in every visit: every contender gets the same work. 32 bits. */
  readonly seed: number;
};

export type SpawnCase = "at-once" | "waves" | "yield";

/** So many tiny tasks, each of which sleeps, or only yields. */
export type SpawnJob = WorkloadJob<"spawn"> & {
  readonly case: SpawnCase;
  readonly tasks: number;
  /** Tasks of a wave: the next one begins when the last task of this one has ended. */
  readonly concurrency: number;
  readonly sleepNs: number;
  /** Tasks that are made before and dropped, again and again until `warmupNs` have passed; 0: none. */
  readonly warmupTasks: number;
  readonly warmupNs: number;
};

/** Long-lived workers, each of which makes operations one after another; each is an exponential sleep. */
export type IoJob = WorkloadJob<"io"> & {
  readonly workers: number;
  /** Of each worker. */
  readonly operations: number;
  readonly meanSleepNs: number;
  /** Operations of each worker that are made before and dropped. */
  readonly warmupOperations: number;
};

/** Tasks that would sleep for ever, cancelled after a while. */
export type CancelJob = WorkloadJob<"cancel"> & {
  readonly tasks: number;
  /** From the creation of the last task until all are cancelled. */
  readonly afterNs: number;
  /** So long the whole is done before and dropped, with all its tasks but without the wait; 0: not once. */
  readonly warmupNs: number;
};

/** As io; after its sleep a share of the operations burns CPU. The case is that share, in percent: `10`. */
export type MixedJob = WorkloadJob<"mixed"> & {
  readonly workers: number;
  readonly operations: number;
  readonly meanSleepNs: number;
  readonly burnNs: number;
  /** Share of the operations, 0 to 1. */
  readonly burnShare: number;
  readonly warmupOperations: number;
};

/** An HTTP or TCP server in a process of its own, under load from the agent's. */
export type HandlersJob = WorkloadJob<"handlers"> & {
  readonly connections: number;
  readonly warmupNs: number;
  readonly durationNs: number;
  /** Requests a second of an open loop; null: each connection sends again when it has its answer. */
  readonly ratePerSecond: number | null;
  /** Body of the echoes. */
  readonly payloadBytes: number;
  /** Each of the three waits. */
  readonly waitNs: number;
  /** Cores of all threads of the server; empty: they are not pinned. */
  readonly serverCores: readonly number[];
  /** Core of the client's thread, -1: it is not pinned. */
  readonly clientCore: number;
};

/**
 * A whole process that makes requests to a server which is there already. It watches no parent where
 * `parentPid` is 0, and may then be run by anything.
 */
export type FetchJob = WorkloadJob<"fetch"> & {
  /** `http://127.0.0.1:3000/` */
  readonly url: string;
  readonly requests: number;
  /** Requests that are on their way at once, at most; a chunk for those methods that go by chunks. */
  readonly chunk: number;
  /** Workers of the pools. */
  readonly threads: number;
  /** What a right answer consists of; null: the server is not known, any body will do. */
  readonly body: string | null;
  /** A request that takes longer has failed. */
  readonly timeoutNs: number;
};
