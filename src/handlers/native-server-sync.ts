import { answerHeaders, answerText } from "./answers.ts";
import type { Handler } from "./handler.ts";
import { openNativeServer, plainObjects } from "./native-server-handler.ts";

/** The bridge the other way: a server on a native thread calls a function, which has its answer at once. */
export const nativeServerSync: Handler = {
  id: "native-server-sync",
  title: "Native server, sync handler",
  summary: "an HTTP server on a native thread calls a JavaScript function for each request",
  kind: "answer",
  protocol: "http",
  caveat: plainObjects,
  advice: {
    when: "the server is native already and only its answers are made in JavaScript",
    against:
      "another thread between client and answer: where nothing forces it, Bun.serve is less to own",
    code: `import { dlopen, ptr } from "bun:ffi";
import { Ring } from "wakerbench/ring";

const mine = dlopen("./libmine.so", {
  mine_serve: { args: ["ptr"], returns: "void" }, // pushes the number of each request
  mine_path: { args: ["u32"], returns: "cstring" },
  mine_answer: { args: ["u32", "ptr", "usize"], returns: "void" }, // copies the body
  mine_flush: { args: [], returns: "void" }, // wakes the server's thread, if it sleeps
}).symbols;
using requests = new Ring({ payload: "u32" });
mine.mine_serve(requests.pointer);
requests.onBatch((numbers) => {
  for (const number of numbers) {
    const body = Buffer.from("you asked for " + mine.mine_path(number));
    mine.mine_answer(number, ptr(body), body.length);
  }
  mine.mine_flush(); // once for all of them
});`,
  },
  open: (context) =>
    openNativeServer(context, () => ({ headers: answerHeaders, body: answerText })),
};
