import { callback } from "../dispatchers/callback.ts";
import { overDispatcher } from "./over-dispatcher.ts";

/** Each request is a call to a native thread, which answers by a threadsafe JSCallback. */
export const nativeCallback = overDispatcher(
  callback,
  {
    id: "native-callback",
    title: "Async over a native thread, callback",
    summary: "each request awaits a native thread, which calls a JSCallback when it is done",
  },
  {
    when: "requests need native code that takes long, and you want the least code of your own",
    against: "a wake of the loop for each request; crashes Bun before 1.4 in floods",
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
  mine.symbols.mine_call(call, input);
  return new Promise((resolve) => waiting.set(call, resolve));
}
Bun.serve({ port: 3000, fetch: async () => Response.json(await callThread(21)) });`,
  },
);
