import type { Parameter } from "../approaches/approach.ts";
import type { CallOptions } from "../dispatch/options.ts";
import type { JobInput } from "../dispatch/thread-options.ts";
import type { DispatchContext, OpenDispatcher } from "./dispatcher.ts";
import { JobKind, type ThreadJobs } from "./thread-jobs.ts";

/** What every dispatcher over a native thread may be told. */
export const threadParameters: Readonly<Record<"wait", Parameter>> = {
  wait: {
    values: ["park", "adaptive"],
    default: "park",
    description: "what the thread does when it has nothing to do: sleep, or spin first if it pays",
  },
};

/**
 * What the thread is opened with. The harness pins it only once it is open: to spin on the loop's core is
 * always in vain, and the thread would have to find that out by itself.
 */
export function waitOf({
  parameters,
  sharesCore,
}: Pick<DispatchContext, "parameters" | "sharesCore">): "park" | "adaptive" {
  return parameters.wait === "adaptive" && !sharesCore ? "adaptive" : "park";
}

/** Calls that may be on their way beside those in flight: what was cancelled waits for its turn, too. */
const roomForCancelled = 4_096;

/** Calls that the thread has room for. */
export function roomFor({ capacity }: Pick<DispatchContext, "capacity">): number {
  return capacity + roomForCancelled;
}

/** A native thread, ours or over any waker. */
type CalledThread = {
  call(input: JobInput, options?: CallOptions): Promise<number>;
  close(): Promise<void>;
  readonly threadId: number;
  readonly strays: number;
};

/** A thread that was opened with these jobs, as a dispatcher. */
export function dispatchOver(thread: CalledThread, jobs: ThreadJobs): OpenDispatcher {
  const { kind } = jobs;
  return {
    call:
      kind === JobKind.echo
        ? (number, options) => thread.call(number, options)
        : (number, options) => thread.call({ kind, number }, options),
    async fail(number, options) {
      await thread.call({ kind: JobKind.fail, number }, options);
      throw new Error(`call ${number} was answered, but its job fails`);
    },
    threadIds: () => [thread.threadId],
    strayAnswers: () => thread.strays,
    async close() {
      await thread.close();
      jobs.close();
    },
  };
}
