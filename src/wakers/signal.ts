import { constants } from "node:os";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

/** Free for programs, and neither Bun, JavaScriptCore nor Zig uses it. */
const signalName = "SIGUSR2";

/** A signal that the thread sends to its own process, heard by process.on. */
export const signal: Waker = {
  id: "signal",
  title: "Signal",
  summary: "the thread sends SIGUSR2 to its own process, the loop hears it by process.on",
  traits: {
    kind: "doorbell",
    payload: "none",
    coalesces: true,
    keepsAlive: false,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "another program must ring, knows the process id, and nothing more",
    against:
      "one bell for the whole process, which a dependency may take; interrupts system calls; signals that pile up are one; many threads that send it can crash Bun before 1.4",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  mine_start: { args: [], returns: "void" },
  mine_stop: { args: [], returns: "void" }, // must wait for its threads
  mine_take: { args: [], returns: "i32" },
});

const hear = () => {
  // One signal may stand for many wakes: take all there is.
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
};
process.on("SIGUSR2", hear); // before the first signal: unhandled, it ends the process
const keepAlive = setInterval(() => {}, 1 << 30); // the listener alone does not
library.symbols.mine_start();
// On the native thread: push the item, then kill(getpid(), SIGUSR2).
// To end: library.symbols.mine_stop(); process.off("SIGUSR2", hear); clearInterval(keepAlive);`,
  },
  open(context) {
    const { wb_signal_open, wb_signal_close } = context.native.symbols;
    const mailbox = new Mailbox<undefined>();
    const hear = mailbox.entrance(context.enter);
    const heard = () => hear(undefined);
    process.on(signalName, heard);
    const doorbell = wb_signal_open(context.seam, constants.signals[signalName]);
    if (doorbell === null) throw new Error("no memory for a signal");
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      close() {
        wb_signal_close(doorbell);
        process.off(signalName, heard);
      },
    };
  },
};
