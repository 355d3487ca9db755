import { JSCallback } from "bun:ffi";
import { Mailbox, type Waker } from "../../src/waker.ts";
import { loadBuilt } from "../load-built.ts";

const { symbols } = loadBuilt(import.meta.dirname, "own-thread", {
  own_thread_open: { args: ["ptr", "ptr"], returns: "ptr" },
  own_thread_close: { args: ["ptr"], returns: "void" },
});

/** A threadsafe JSCallback, called by a thread that the library has made itself. */
export const waker: Waker = {
  id: "own-thread",
  title: "JSCallback from a thread of its own",
  summary: "the library's own thread calls a JSCallback made with threadsafe: true",
  traits: {
    kind: "message",
    payload: "the arguments of the callback (numbers and pointers)",
    coalesces: false,
    keepsAlive: false,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "your library makes its threads itself, and you would measure one as it is",
    against: "see `callback`; and a new thread for each wake cannot be measured with it",
    code: `const done = new JSCallback((item: number) => console.log("done:", item), {
  args: ["u32"],
  returns: "void",
  threadsafe: true,
});
const keepAlive = setInterval(() => {}, 1 << 30); // the callback alone does not
library.symbols.mine_start(done.ptr); // makes the thread
// To end: library.symbols.mine_stop(), which joins it; clearInterval(keepAlive); done.close();`,
  },
  open(context) {
    const mailbox = new Mailbox<number>();
    const { enter } = context;
    const done = new JSCallback(
      (wake: number) => {
        enter?.();
        mailbox.deliver(wake);
      },
      { args: ["u32"], returns: "void", threadsafe: true },
    );
    const native = done.ptr === null ? null : symbols.own_thread_open(context.seam, done.ptr);
    if (native === null) {
      done.close();
      throw new Error("own_thread_open failed: see own-thread.c for its reasons");
    }
    return {
      wait: () => mailbox.wait(),
      close() {
        symbols.own_thread_close(native);
        done.close();
      },
    };
  },
};
