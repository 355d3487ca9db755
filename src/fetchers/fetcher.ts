import type { Approach } from "../approaches/approach.ts";
import type { FetchJob } from "../scenarios/workload-job.ts";

/** What a fetcher is told: so many requests, and how. */
export type FetchOrder = Pick<
  FetchJob,
  "url" | "requests" | "chunk" | "threads" | "body" | "timeoutNs"
>;

/** What became of the requests. */
export type Fetched = {
  /** All that were made: fewer than were asked for where an answer never came. */
  readonly sent: number;
  /** Status 200 and the whole body. */
  readonly answered: number;
  /** Status 200, but another body than was asked for. */
  readonly mistaken: number;
  /** Another status. */
  readonly refused: number;
  /** No answer. */
  readonly failed: number;
  /** What went wrong, all of it in a line; null: nothing. */
  readonly fault: string | null;
};

/** One way to make many requests: run as a whole process. */
export type Fetcher = Approach & {
  /**
   * Makes `order.requests` requests, at most `order.chunk` of them at a time. Never throws for what a server
   * does or does not; a request that ran out of time is the last one that is begun.
   */
  run(order: FetchOrder): Promise<Fetched>;
};
