import { DedicatedThread } from "../dispatch/thread.ts";
import type { RingDoorbell } from "../ring/options.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { openThreadJobs } from "./thread-jobs.ts";
import { dispatchOver, roomFor, threadParameters, waitOf } from "./thread-settings.ts";

/** The native thread of `wakerbench/dispatch`, by the very class that users have. */
export const ring: Dispatcher = {
  id: "ring",
  title: "Thread, ring",
  summary: "one native thread: calls through a queue in native memory, answers through a ring",
  kind: "thread",
  platforms: ["linux", "darwin"],
  parameters: {
    doorbell: {
      values: ["callback", "eventfd", "pipe", "napi"],
      default: "callback",
      description: "what is rung when answers come and the loop sleeps",
    },
    ...threadParameters,
  },
  variants: [{}, { wait: "adaptive" }],
  advice: {
    when: "the work is native and belongs to one thread: the quickest there is, alone and in floods",
    against:
      "a job blocks those behind it; the library must be yours, or be wrapped in one that is",
    code: `import { dlopen } from "bun:ffi";
import { DedicatedThread } from "wakerbench/dispatch";

const mine = dlopen("./libmine.so", { mine_work: { args: [], returns: "ptr" } });
await using thread = new DedicatedThread<number>({ work: mine.symbols.mine_work() });
console.log(await thread.call(21, { timeoutMs: 5_000 }));

// In the library, with include/wakerbench_worker.h, which links nothing:
//   static void job(void *user, wakerbench_call *call) {
//     (void)user;
//     call->answer_number(call, call->number * 2);
//   }
//   static const wakerbench_work work = {WAKERBENCH_WORKER_ABI, 0, NULL, NULL, job, NULL};
//   const wakerbench_work *mine_work(void) { return &work; } // C++: extern "C"`,
  },
  async open(context) {
    const { native, libraryPath, parameters, work } = context;
    const jobs = openThreadJobs(native, work);
    try {
      const thread = new DedicatedThread<number>({
        work: jobs.work,
        capacity: roomFor(context),
        doorbell: parameters.doorbell as RingDoorbell | undefined,
        wait: waitOf(context),
        library: libraryPath,
      });
      return dispatchOver(thread, jobs);
    } catch (thrown) {
      jobs.close();
      throw thrown;
    }
  },
};
