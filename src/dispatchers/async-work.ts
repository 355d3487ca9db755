import { type Pointer, ptr } from "bun:ffi";
import { PendingCalls } from "../dispatch/calls.ts";
import { JobError } from "../dispatch/dedicated.ts";
import type { CallOptions } from "../dispatch/options.ts";
import { WakerbenchError } from "../errors.ts";
import {
  asyncWorkEnding,
  asyncWorkJob,
  loadNodeApi,
  type NodeApiModule,
} from "../native/node-api.ts";
import type { DispatchContext, Dispatcher, OpenDispatcher, Work } from "./dispatcher.ts";
import { livingThreads } from "./living-threads.ts";
import { requireNativeSqlite } from "./query.ts";

/** Calls that may be on their way beside those in flight: of what is cancelled, the work may still wait. */
const roomForCancelled = 4_096;

/** Calls that make the runtime start its threads. */
const greetings = 64;

/** As many as zig/async_work.zig tells of. */
const maxThreads = 256;

/** Asynchronous work of Node-API: one for each call, done by the runtime's own thread pool. */
export const asyncWork: Dispatcher = {
  id: "async-work",
  title: "Node-API async work",
  summary: "each call is a napi_async_work, done by the thread pool of the runtime",
  kind: "pool",
  platforms: ["linux", "darwin"],
  caveat:
    "the runtime's own pool: a thread for each core, at least two; a call that has begun cannot be stopped",
  advice: {
    when: "one binary shall serve Bun, Node and Deno, calls are independent of each other, and there are few of them",
    against:
      "no call stays with one thread, and a long one is in the way of files and DNS, which use the same pool; UV_THREADPOOL_SIZE sets its size",
    code: `// main.ts
const mine = { exports: {} as { resize(path: string): Promise<number> } };
process.dlopen(mine, "./libmine.so"); // exports napi_register_module_v1
const width = await mine.exports.resize("cat.png");

// In the library, in resize():
//   napi_create_promise(env, &call->deferred, &promise);
//   napi_create_async_work(env, NULL, name, execute, complete, call, &call->work);
//   napi_queue_async_work(env, call->work);
//   return promise;
// On a thread of the pool, where nothing of JavaScript may be touched:
//   static void execute(napi_env env, void *data) { call *c = data; c->width = resize(c->path); }
// On the loop thread:
//   static void complete(napi_env env, napi_status status, void *data) {
//     napi_create_int32(env, c->width, &width);
//     napi_resolve_deferred(env, c->deferred, width);
//     napi_delete_async_work(env, c->work);
//   }`,
  },
  async open(context) {
    if (context.work.kind === "sqlite") requireNativeSqlite(context.native);
    return openPool(context, functionsOf(loadNodeApi(context.libraryPath)));
  },
};

type Functions = Required<
  Pick<NodeApiModule, "openAsyncWork" | "queueAsyncWork" | "cancelAsyncWork" | "closeAsyncWork">
>;

function functionsOf(module: NodeApiModule): Functions {
  const { openAsyncWork, queueAsyncWork, cancelAsyncWork, closeAsyncWork } = module;
  if (openAsyncWork && queueAsyncWork && cancelAsyncWork && closeAsyncWork) {
    return { openAsyncWork, queueAsyncWork, cancelAsyncWork, closeAsyncWork };
  }
  throw new WakerbenchError("UNSUPPORTED", "this runtime has no asynchronous work of Node-API", {
    remedy: "measure async-work in a runtime that has Node-API",
  });
}

async function openPool(context: DispatchContext, functions: Functions): Promise<OpenDispatcher> {
  const { openAsyncWork, queueAsyncWork, cancelAsyncWork, closeAsyncWork } = functions;
  const capacity = context.capacity + roomForCancelled;
  const calls = new PendingCalls<number>({
    capacity,
    onAbandon: (slot) => cancelAsyncWork(handle, slot),
  });
  const config = configOf(context, capacity);
  const opened = openAsyncWork(ptr(config), (slot, ending, value) => {
    if (ending === asyncWorkEnding.answered) calls.answer(slot, Number(value));
    else if (ending === asyncWorkEnding.cancelled) calls.finish(slot);
    else calls.fail(slot, jobErrorOf(String(value)));
  });
  if (opened === undefined) throw new Error("the calls of async work could not be made");
  const handle = opened;

  const send = (job: number, number: number, options?: CallOptions): Promise<number> => {
    let slot: number;
    try {
      slot = calls.open(options);
    } catch (error) {
      return Promise.reject(error);
    }
    const promise = calls.promiseOf(slot, options);
    if (queueAsyncWork(handle, slot, number, job) === 0) {
      calls.fail(slot, new Error(`call ${number} could not be queued`));
    }
    return promise;
  };

  const open: OpenDispatcher = {
    call: (number, options) => send(asyncWorkJob.work, number, options),
    async fail(number, options) {
      await send(asyncWorkJob.fail, number, options);
      throw new Error(`call ${number} was answered, but its job throws`);
    },
    threadIds() {
      const ids = new Int32Array(maxThreads);
      context.native.symbols.wb_async_work_threads(handle as Pointer, ids, maxThreads);
      return livingThreads(ids, context.native);
    },
    strayAnswers: () => calls.strays,
    async close() {
      // What was cancelled may still wait for a thread, or be on one.
      await calls.idle();
      calls.stop();
      closeAsyncWork(handle);
    },
  };
  try {
    // From now on threads are there, and their work is open.
    await Promise.all(Array.from({ length: greetings }, () => send(asyncWorkJob.greet, 0)));
    return open;
  } catch (error) {
    await open.close();
    throw error;
  }
}

const workKinds = { spin: 0, yield: 1, sqlite: 2 } as const satisfies Record<Work["kind"], number>;

/** The Config of zig/async_work.zig: spin_ns (u64), work (u32), capacity (u32), core (i32). */
function configOf({ work, workerCore }: DispatchContext, capacity: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setBigUint64(0, work.kind === "spin" ? BigInt(work.spinNs) : 0n, true);
  view.setUint32(8, workKinds[work.kind], true);
  view.setUint32(12, capacity, true);
  view.setInt32(16, workerCore, true);
  return new Uint8Array(view.buffer);
}

/** @param text the message, and behind a line feed where it was thrown */
function jobErrorOf(text: string): JobError {
  const [message = "", place = ""] = text.split("\n");
  return new JobError({ name: "Error", message, stack: `Error: ${message}\n${place}` });
}
