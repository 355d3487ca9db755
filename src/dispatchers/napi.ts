import { napi as waker } from "../wakers/napi.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { overWaker } from "./over-waker.ts";

/** A native thread that calls a threadsafe function of Node-API for each answer. */
export const napi: Dispatcher = overWaker(waker, {
  when: "one binary shall serve Bun, Node and Deno, and answers are rich values",
  against:
    "answers that come together are handled in one go, and timers starve meanwhile; cancelling, timeouts and errors are yours to write",
  code: `const waiting = new Map<number, (answer: number) => void>();
function settle(call: number, answer: number) {
  waiting.get(call)?.(answer);
  waiting.delete(call);
}
type Mine = {
  start(done: (call: number, answer: number) => void): void;
  call(call: number, input: number): void;
};
const mine = { exports: {} as Mine };
process.dlopen(mine, "./libmine.so"); // exports napi_register_module_v1
mine.exports.start(settle); // napi_create_threadsafe_function
let calls = 0;
function callThread(input: number): Promise<number> {
  const call = calls++;
  mine.exports.call(call, input); // puts it into a queue, and wakes the thread
  return new Promise((resolve) => waiting.set(call, resolve));
}
// On the thread: napi_call_threadsafe_function(done, answer, napi_tsfn_nonblocking);`,
});
