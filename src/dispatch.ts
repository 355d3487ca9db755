/**
 * Dedicated workers that JavaScript calls and awaits: a native thread (`DedicatedThread`, and
 * include/wakerbench_worker.h for its side) or a Bun Worker (`DedicatedWorker`, `serve`). See docs/worker.md.
 *
 * @module
 */
export { type Dedicated, JobError } from "./dispatch/dedicated.ts";
export type { JobContext } from "./dispatch/job-context.ts";
export type { ThreadCounts } from "./dispatch/native-thread.ts";
export type { CallOptions, CloseOptions } from "./dispatch/options.ts";
export { type JobTable, type ServeOptions, serve } from "./dispatch/serve.ts";
export { DedicatedThread } from "./dispatch/thread.ts";
export type {
  DedicatedThreadOptions,
  JobAnswer,
  JobInput,
  JobRequest,
} from "./dispatch/thread-options.ts";
export { transfer } from "./dispatch/transfer.ts";
export { DedicatedWorker } from "./dispatch/worker.ts";
export type { DedicatedWorkerOptions, WorkerCallOptions } from "./dispatch/worker-options.ts";
export type { WorkerChannel } from "./dispatch/worker-protocol.ts";
export { WakerbenchError } from "./errors.ts";
