import type { Work } from "./dispatcher.ts";

/** What each thread of a pool is started with. */
export type PoolTicket = {
  readonly libraryPath: string;
  readonly work: Work;
  /** Where a thread pins itself when it starts, since a pool starts threads when it likes; -1: nowhere. */
  readonly workerCore: number;
  /** In shared memory: the kernel's ids of the threads, 0 where there is none. */
  readonly threads: Int32Array<SharedArrayBuffer>;
};

/** Threads that can be told of: many more than a pool has at once, since those that ended leave a gap late. */
export const poolThreads = 1_024;
