import { Mailbox, type Waker } from "../../src/waker.ts";
import { loadBuilt } from "../load-built.ts";
import { readFrames } from "./frames.ts";

const { symbols } = loadBuilt(import.meta.dirname, "my-waker", {
  my_waker_open: { args: ["ptr"], returns: "ptr" },
  my_waker_fd: { args: ["ptr"], returns: "i32" },
  my_waker_close: { args: ["ptr"], returns: "void" },
});

/** A number through a socketpair(2), heard as a socket by the event loop. */
export const waker: Waker = {
  id: "my-waker",
  title: "Socketpair with messages",
  summary: "the thread sends four bytes through a socketpair, Bun.connect({ fd }) hears them",
  traits: {
    kind: "message",
    payload: "bytes, in order; here the number of the wake",
    coalesces: false,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "a result is a few bytes, and must be neither lost nor fetched by another call",
    against: "a system call on either side for each wake; a reader that is behind stops the thread",
    code: `const socket = await Bun.connect({
  fd: library.symbols.mine_fd(), // an end of a socketpair(2), non-blocking
  socket: { data: (_socket, chunk) => takeFrames(chunk) },
});
// On the native thread: send(fd, frame, sizeof frame, MSG_NOSIGNAL);`,
  },
  async open(context) {
    const native = symbols.my_waker_open(context.seam);
    if (native === null) throw new Error("my_waker_open failed: see my-waker.c for its reasons");
    const mailbox = new Mailbox<number>();
    const hear = readFrames(mailbox.deliver);
    const { enter } = context;
    const closed = Promise.withResolvers<void>();
    const options: Bun.FdSocketOptions = {
      fd: symbols.my_waker_fd(native),
      socket: {
        data(_socket, chunk) {
          enter?.();
          hear(chunk);
        },
        close: () => closed.resolve(),
      },
    };
    // The types of Bun know these options, but not that `connect` takes them.
    const connecting = Bun.connect(options as Bun.SocketOptions as Bun.TCPSocketConnectOptions);
    const socket = await connecting.catch((error: unknown) => {
      symbols.my_waker_close(native);
      throw error;
    });
    return {
      wait: () => mailbox.wait(),
      async close() {
        socket.terminate();
        await closed.promise;
        symbols.my_waker_close(native);
      },
    };
  },
};
