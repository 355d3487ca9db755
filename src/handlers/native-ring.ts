import { ring } from "../dispatchers/ring.ts";
import { overDispatcher } from "./over-dispatcher.ts";

/** Each request is a call to a native thread, whose answers come in a ring: `wakerbench/dispatch`. */
export const nativeRing = overDispatcher(
  ring,
  {
    id: "native-ring",
    title: "Async over a native thread, ring",
    summary: "each request awaits a native thread, whose answers come together in a ring",
  },
  {
    when: "requests need native code that takes long: many answers share one wake of the loop",
    against:
      "a job blocks those behind it; the library must be yours, or be wrapped in one that is",
    code: `import { dlopen } from "bun:ffi";
import { DedicatedThread } from "wakerbench/dispatch";

const mine = dlopen("./libmine.so", { mine_work: { args: [], returns: "ptr" } });
const thread = new DedicatedThread<number>({ work: mine.symbols.mine_work() });
Bun.serve({
  port: 3000,
  async fetch(request) {
    return Response.json(await thread.call(21, { signal: request.signal }));
  },
});

// In the library, with include/wakerbench_worker.h, which links nothing:
//   static void job(void *user, wakerbench_call *call) {
//     (void)user;
//     call->answer_number(call, call->number * 2);
//   }
//   static const wakerbench_work work = {WAKERBENCH_WORKER_ABI, 0, NULL, NULL, job, NULL};
//   const wakerbench_work *mine_work(void) { return &work; } // C++: extern "C"`,
  },
);
