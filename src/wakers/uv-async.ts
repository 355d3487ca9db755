import { WakerbenchError } from "../errors.ts";
import { loadNodeApi } from "../native/node-api.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

/** A uv_async_t of the runtime's libuv, or of what it has in its place. */
export const uvAsync: Waker = {
  id: "uv-async",
  title: "uv_async_t",
  summary: "the thread calls uv_async_send, the loop runs the callback of the uv_async_t",
  traits: {
    kind: "doorbell",
    payload: "none",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "your library is written against libuv and runs in Node as well",
    against: "Bun has only a few functions of libuv, and before 1.4 it ends with a panic",
    code: `// main.ts
const mine = { exports: {} as { start(hear: () => void): void; take(): number } };
process.dlopen(mine, "./libmine.so"); // exports napi_register_module_v1
mine.exports.start(() => {
  // One call may stand for many wakes: take all there is.
  for (let item = mine.exports.take(); item >= 0; item = mine.exports.take()) {
    console.log("done:", item);
  }
});

// In the library, in start(): napi_create_reference(env, hear, 1, &reference);
//   napi_get_uv_event_loop(env, &loop); uv_async_init(loop, &async, heard);
// On the native thread: push the item, then uv_async_send(&async).
// heard(), on the loop thread: napi_open_handle_scope, napi_get_reference_value,
//   napi_make_callback, napi_close_handle_scope. To end: uv_close.`,
  },
  open(context) {
    const { openUvAsync, closeUvAsync } = loadNodeApi(context.visit.libraryPath);
    if (openUvAsync === undefined || closeUvAsync === undefined) {
      throw new WakerbenchError("UNSUPPORTED", "this runtime has no uv_async_t", {
        remedy: "measure uv-async in a runtime that has libuv",
      });
    }
    const mailbox = new Mailbox<undefined>();
    const hear = mailbox.entrance(context.enter);
    const handle = openUvAsync(context.seam, () => hear(undefined));
    if (handle === undefined) throw new Error("the uv_async_t could not be made");
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      close: () => closeUvAsync(handle),
    };
  },
};
