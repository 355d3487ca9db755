import { pipe } from "../dispatchers/pipe.ts";
import { overDispatcher } from "./over-dispatcher.ts";

/** Each request is a call to a native thread, which answers by a byte in a pipe. */
export const nativePipe = overDispatcher(
  pipe,
  {
    id: "native-pipe",
    title: "Async over a native thread, pipe",
    summary: "each request awaits a native thread, which writes to a pipe when it is done",
  },
  {
    when: "the library already speaks in file descriptors, or must work in every runtime",
    against: "system calls on both sides, and a stream chunk where answers come one at a time",
    code: `import { dlopen } from "bun:ffi";

const waiting = new Map<number, (answer: number) => void>();
function settle(call: number, answer: number) {
  waiting.get(call)?.(answer);
  waiting.delete(call);
}
const mine = dlopen("./libmine.so", {
  mine_open: { args: [], returns: "i32" }, // a pipe; its non-blocking reading end
  mine_call: { args: ["u32", "f64"], returns: "void" },
  mine_take: { args: [], returns: "i32" }, // a call that is done, or -1
  mine_answer: { args: ["u32"], returns: "f64" },
});
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
  mine.symbols.mine_call(call, input);
  return new Promise((resolve) => waiting.set(call, resolve));
}
Bun.serve({ port: 3000, fetch: async () => Response.json(await callThread(21)) });`,
  },
);
