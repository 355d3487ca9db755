/**
 * Dedicated workers that JavaScript calls and awaits: `import { DedicatedWorker, serve } from
 * "wakerbench/dispatch"`. See docs/worker.md.
 *
 * @module
 */
export { JobError } from "./dispatch/dedicated.ts";
export type { JobContext } from "./dispatch/job-context.ts";
export type { CallOptions, CloseOptions } from "./dispatch/options.ts";
export { type JobTable, type ServeOptions, serve } from "./dispatch/serve.ts";
export { transfer } from "./dispatch/transfer.ts";
export { DedicatedWorker } from "./dispatch/worker.ts";
export type { DedicatedWorkerOptions, WorkerCallOptions } from "./dispatch/worker-options.ts";
export type { WorkerChannel } from "./dispatch/worker-protocol.ts";
export { WakerbenchError } from "./errors.ts";
