import { WakerbenchError } from "../errors.ts";
import { shown } from "./check-call.ts";
import type { JobContext } from "./job-context.ts";
import { JobRunner, type SendAnswer } from "./job-runner.ts";
import { takeMessages } from "./ports.ts";
import { serveCells } from "./serve-cells.ts";
import { serveMessages } from "./serve-messages.ts";
import { recordThrown } from "./thrown.ts";
import {
  type LoopMessage,
  type WorkerSign,
  type WorkerStart,
  workerProtocol,
} from "./worker-protocol.ts";

declare const self: Worker;

/** Functions by name. Each may return a promise. */
export type JobTable<J> = {
  readonly [K in keyof J]: (this: JobContext, ...args: never[]) => unknown;
};

/** What else a Worker does. */
export type ServeOptions = {
  /**
   * Runs when the worker is closed, after its last call: the place to close a database. What it throws, `close()`
   * is rejected with. It does not run when the worker dies, or is closed with `pending: "reject"`.
   */
  readonly stop?: (() => unknown) | undefined;
};

let isServing = false;

/**
 * Makes a module the Worker of a `DedicatedWorker`: each of `jobs` can be called by its name.
 *
 *     export const jobs = serve({
 *       add: (a: number, b: number) => a + b,
 *       async digest(path: string) {
 *         return hash(await readFile(path, { signal: this.signal }));
 *       },
 *     });
 *
 * Arguments and answers are copied as `structuredClone` does. `this` in a job is its `JobContext`, so an arrow
 * function has none. Call it once, at the end of the module: calls that were made by then are run next.
 *
 * @returns `jobs`, whose type is what `DedicatedWorker` is told
 * @throws WakerbenchError DISPATCH_OPTION_BAD outside of a Worker, when it is called again, and when one of
 * `jobs` is no function
 */
export function serve<J extends JobTable<J>>(
  jobs: J & ThisType<JobContext>,
  options: ServeOptions = {},
): J {
  if (Bun.isMainThread) {
    throw misused("serve() was called outside of a Worker", "open its module with DedicatedWorker");
  }
  if (isServing) throw misused("serve() was called twice", "give it all jobs at once");
  checkJobs(jobs);
  isServing = true;
  self.onmessage = ({ data }: MessageEvent<WorkerStart>) => {
    if (data?.protocol === workerProtocol) begin(jobs, options, data);
  };
  say({ sign: "serving" });
  return jobs;
}

function begin(jobs: object, { stop }: ServeOptions, start: WorkerStart): void {
  const makeRunner = (send: SendAnswer) => new JobRunner(jobs, start.slotStates, send);
  const leave = () => void end(stop);
  switch (start.channel) {
    case "post-message": {
      const hear = serveMessages(self, makeRunner, leave);
      for (const message of takeMessages<LoopMessage>(start.early)) hear(message);
      start.early.close();
      return;
    }
    case "message-port":
      serveMessages(start.port, makeRunner, leave);
      return;
    case "atomics":
      serveCells(start.port, start.cells, makeRunner, leave);
  }
}

async function end(stop: ServeOptions["stop"]): Promise<void> {
  try {
    await stop?.();
    say({ sign: "left", fault: null });
  } catch (thrown) {
    say({ sign: "left", fault: recordThrown(thrown) });
  }
}

function say(sign: WorkerSign): void {
  self.postMessage(sign);
}

function checkJobs(jobs: object): void {
  const remedy = "give it functions by name: serve({ add: (a, b) => a + b })";
  if (typeof jobs !== "object" || jobs === null) {
    throw misused(`serve() was given ${shown(jobs)} instead of jobs`, remedy);
  }
  for (const [name, job] of Object.entries(jobs)) {
    if (typeof job !== "function") throw misused(`the job "${name}" is no function`, remedy);
  }
}

function misused(message: string, remedy: string): WakerbenchError {
  return new WakerbenchError("DISPATCH_OPTION_BAD", message, { remedy });
}
