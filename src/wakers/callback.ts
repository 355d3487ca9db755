import { JSCallback } from "bun:ffi";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

/** A threadsafe JSCallback of bun:ffi, called with the wake's number. */
export const callback: Waker = {
  id: "callback",
  title: "Threadsafe JSCallback",
  summary: "the thread calls a JSCallback made with threadsafe: true",
  traits: {
    kind: "message",
    payload: "arguments (numbers and pointers)",
    coalesces: false,
    keepsAlive: false,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "one thread, or few, wake JavaScript now and then: the quickest and the least code",
    against:
      "crashes Bun before 1.4 when called in floods; each call is a wake of its own; returns nothing; does not keep the process alive",
    code: `import { dlopen, JSCallback } from "bun:ffi";

const done = new JSCallback((item: number) => console.log("done:", item), {
  args: ["u32"],
  returns: "void", // the only return type that a threadsafe callback may have
  threadsafe: true,
});
const library = dlopen("./libmine.so", {
  mine_start: { args: ["ptr"], returns: "void" },
  mine_stop: { args: [], returns: "void" }, // must wait for its threads
});
const keepAlive = setInterval(() => {}, 1 << 30); // the callback alone does not
library.symbols.mine_start(done.ptr);
// On the native thread: callback(item);
// To end: library.symbols.mine_stop(); clearInterval(keepAlive); done.close();`,
  },
  open(context) {
    const { wb_callback_open, wb_callback_close } = context.native.symbols;
    const mailbox = new Mailbox<number>();
    const heard = new JSCallback(mailbox.entrance(context.enter), {
      args: ["u32"],
      returns: "void",
      threadsafe: true,
    });
    const doorbell = heard.ptr === null ? null : wb_callback_open(context.seam, heard.ptr);
    if (doorbell === null) throw new Error("no memory for a callback");
    return {
      wait: () => mailbox.wait(),
      listen: (hear) => mailbox.listen(hear),
      close() {
        wb_callback_close(doorbell);
        heard.close();
      },
    };
  },
};
