import type { Work } from "./dispatcher.ts";

/** What each thread of a pool is started with. */
export type PoolTicket = {
  readonly libraryPath: string;
  readonly work: Work;
  /** In shared memory: the kernel's ids of the threads, 0 where there is none. */
  readonly threads: Int32Array<SharedArrayBuffer>;
};

/** Threads that can be told of: many more than a pool has at once, since those that ended leave a gap late. */
export const poolThreads = 1_024;
