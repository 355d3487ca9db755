import {
  DedicatedThread,
  type DedicatedThreadOptions,
  type JobAnswer,
} from "../../src/dispatch.ts";
import { JobKind, openThreadJobs } from "../../src/dispatchers/thread-jobs.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

const native = loadLibrary(findLibrary());

type Options = Partial<DedicatedThreadOptions> & { readonly cannotStart?: boolean };

/** A thread that does the jobs of zig/dedicated_jobs.zig, and ends with the scope. */
export function openThread({ cannotStart = false, ...options }: Options = {}) {
  const jobs = openThreadJobs(native, { kind: "spin", spinNs: 0 }, cannotStart);
  const thread = new DedicatedThread<JobAnswer>({ work: jobs.work, ...options });
  return {
    thread,
    lives: jobs.lives,
    async [Symbol.asyncDispose]() {
      await thread.close({ pending: "reject" });
      jobs.close();
    },
  };
}

/** How a promise ended: an answer, the code or the name of an error. */
export async function endingOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: unknown };
    return typeof code === "string" ? code : (name ?? error);
  }
}

/** A call that occupies the thread until it is released. */
export function occupy(thread: DedicatedThread) {
  const controller = new AbortController();
  const ended = endingOf(
    thread.call({ kind: JobKind.untilCancelled }, { signal: controller.signal }),
  );
  return {
    async release() {
      controller.abort();
      await ended;
    },
  };
}

/** Until so many jobs have begun. */
export async function untilBegun(thread: DedicatedThread, count: number): Promise<void> {
  while (thread.counts.performed < count) await Bun.sleep(1);
}
