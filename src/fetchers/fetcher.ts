import type { Approach } from "../approaches/approach.ts";
import type { FetchJob } from "../scenarios/workload-job.ts";

/** What became of the requests. */
export type Fetched = {
  /** Status 200 and the whole body. */
  readonly answered: number;
  /** Another status. */
  readonly refused: number;
  /** No answer: what the first of them said is the fault. */
  readonly failed: number;
  readonly fault: string | null;
};

/** One way to make many requests: run as a whole process. */
export type Fetcher = Approach & {
  /** Makes `job.requests` requests, at most `job.chunk` of them at a time. Never throws. */
  run(job: Pick<FetchJob, "url" | "requests" | "chunk" | "threads">): Promise<Fetched>;
};
