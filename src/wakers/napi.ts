import { WakerbenchError } from "../errors.ts";
import { loadNodeApi } from "../native/node-api.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

/** A threadsafe function of Node-API, called with the wake's number. */
export const napi: Waker = {
  id: "napi",
  title: "Node-API threadsafe function",
  summary: "the thread calls a threadsafe function of Node-API, the loop runs its queue",
  traits: {
    kind: "message",
    payload: "a pointer (turned into JavaScript values on the loop thread)",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "one binary shall serve Bun, Node and Deno, with rich values as arguments",
    against:
      "a flood is handled in one go, and timers starve meanwhile; the queue grows without bound unless you give it one",
    code: `// main.ts
const mine = { exports: {} as { start(done: (item: number) => void): void; stop(): void } };
process.dlopen(mine, "./libmine.so"); // exports napi_register_module_v1
mine.exports.start((item) => console.log("done:", item));

// In the library, in start():
//   napi_create_threadsafe_function(env, done, NULL, name, 0, 1, NULL, NULL, NULL, call_js, &done_tsfn);
// On the native thread:
//   napi_call_threadsafe_function(done_tsfn, item, napi_tsfn_nonblocking);
// On the loop thread, for each call:
//   static void call_js(napi_env env, napi_value done, void *context, void *item) {
//     napi_create_uint32(env, (uint32_t)(uintptr_t)item, &argument);
//     napi_call_function(env, undefined, done, 1, &argument, NULL);
//   }
// To end, when the threads have stopped: napi_release_threadsafe_function(done_tsfn, napi_tsfn_abort);`,
  },
  open(context) {
    const { openThreadsafeFunction, closeThreadsafeFunction } = loadNodeApi(
      context.visit.libraryPath,
    );
    if (openThreadsafeFunction === undefined || closeThreadsafeFunction === undefined) {
      throw new WakerbenchError("UNSUPPORTED", "this runtime has no threadsafe functions", {
        remedy: "measure napi in a runtime that has Node-API",
      });
    }
    const mailbox = new Mailbox<number>();
    const handle = openThreadsafeFunction(context.seam, mailbox.entrance(context.enter));
    if (handle === undefined) throw new Error("the threadsafe function could not be made");
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      close: () => closeThreadsafeFunction(handle),
    };
  },
};
