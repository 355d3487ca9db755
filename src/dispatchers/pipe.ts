import { pipe as waker } from "../wakers/pipe.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { overWaker } from "./over-waker.ts";

/** A native thread that writes a byte to a pipe for each answer. */
export const pipe: Dispatcher = overWaker(waker, {
  when: "your library already speaks in file descriptors, or must work in every runtime",
  against:
    "several system calls and a stream chunk for each answer; cancelling, timeouts and errors are yours to write",
  code: `import { dlopen } from "bun:ffi";

const waiting = new Map<number, (answer: number) => void>();
function settle(call: number, answer: number) {
  waiting.get(call)?.(answer);
  waiting.delete(call);
}
const mine = dlopen("./libmine.so", {
  mine_open: { args: [], returns: "i32" }, // a pipe; its non-blocking reading end
  mine_call: { args: ["u32", "f64"], returns: "void" },
  mine_take: { args: [], returns: "i32" },
  mine_answer: { args: ["u32"], returns: "f64" },
});
// One chunk may stand for many answers: take all there is.
function takeAll() {
  for (let call = mine.symbols.mine_take(); call >= 0; call = mine.symbols.mine_take()) {
    settle(call, mine.symbols.mine_answer(call));
  }
}
(async () => {
  for await (const _chunk of Bun.file(mine.symbols.mine_open()).stream()) takeAll();
})();
let calls = 0;
function callThread(input: number): Promise<number> {
  const call = calls++;
  mine.symbols.mine_call(call, input); // puts it into a queue, and wakes the thread
  return new Promise((resolve) => waiting.set(call, resolve));
}
// On the thread: push the call, then write(fd, "", 1); EAGAIN means a wake is pending.`,
});
