import { answerHeaders, answerText } from "./answers.ts";
import type { Handler } from "./handler.ts";
import { openNativeServer, plainObjects } from "./native-server-handler.ts";

/** The same with an async function: a promise for each request, which the native thread waits for. */
export const nativeServerAsync: Handler = {
  id: "native-server-async",
  title: "Native server, async handler",
  summary: "an HTTP server on a native thread calls an async JavaScript function for each request",
  kind: "answer",
  protocol: "http",
  caveat: plainObjects,
  advice: {
    when: "the server is native already, and some answers wait for something in JavaScript",
    against:
      "another thread between client and answer: where nothing forces it, Bun.serve is less to own",
    code: `import { dlopen, ptr } from "bun:ffi";
import { Ring } from "wakerbench/ring";

const mine = dlopen("./libmine.so", {
  mine_serve: { args: ["ptr"], returns: "void" }, // pushes the number of each request
  mine_answer: { args: ["u32", "u32", "ptr", "usize"], returns: "void" }, // copies the body
  mine_flush: { args: [], returns: "void" }, // wakes the server's thread, if it sleeps
}).symbols;
let isFlushAsked = false;
function answer(number: number, status: number, text: string) {
  const body = Buffer.from(text);
  mine.mine_answer(number, status, ptr(body), body.length);
  if (isFlushAsked) return;
  isFlushAsked = true;
  queueMicrotask(() => {
    isFlushAsked = false;
    mine.mine_flush(); // once for all that were answered in this turn
  });
}
using requests = new Ring({ payload: "u32" });
mine.mine_serve(requests.pointer);
requests.onItem((number) => {
  find(number).then((text) => answer(number, 200, text), () => answer(number, 500, ""));
});

async function find(number: number): Promise<string> {
  return "found " + number;
}`,
  },
  open: (context) =>
    openNativeServer(context, async () => ({ headers: answerHeaders, body: answerText })),
};
