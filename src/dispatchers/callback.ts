import { callback as waker } from "../wakers/callback.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { overWaker } from "./over-waker.ts";

/** A native thread that calls a threadsafe JSCallback for each answer. */
export const callback: Dispatcher = overWaker(waker, {
  when: "calls are made one at a time, and you want the least code of your own",
  against:
    "each answer is a wake of its own, so many calls at once cost as much as one after the other; crashes Bun before 1.4 in floods; cancelling, timeouts and errors are yours to write",
  code: `import { dlopen, JSCallback } from "bun:ffi";

const waiting = new Map<number, (answer: number) => void>();
function settle(call: number, answer: number) {
  waiting.get(call)?.(answer);
  waiting.delete(call);
}
const done = new JSCallback(settle, { args: ["u32", "f64"], returns: "void", threadsafe: true });
const mine = dlopen("./libmine.so", {
  mine_start: { args: ["ptr"], returns: "void" },
  mine_call: { args: ["u32", "f64"], returns: "void" },
});
mine.symbols.mine_start(done.ptr);
let calls = 0;
function callThread(input: number): Promise<number> {
  const call = calls++;
  mine.symbols.mine_call(call, input); // puts it into a queue, and wakes the thread
  return new Promise((resolve) => waiting.set(call, resolve));
}
// On the thread: done(call, answer);`,
});
