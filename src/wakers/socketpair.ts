import { openDescriptor } from "./descriptor.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

/** One end of a socketpair(2), handed to Bun.connect. */
export const socketpair: Waker = {
  id: "socketpair",
  title: "Socketpair",
  summary: "the thread writes a byte to a socketpair, the loop hears data of Bun.connect({ fd })",
  traits: {
    kind: "doorbell",
    payload: "bytes, both ways (the order of small writes is kept)",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "bytes shall go both ways over one descriptor, with back-pressure",
    against: "two system calls per wake; writes that pile up arrive as one chunk",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  mine_open: { args: [], returns: "i32" }, // socketpair(AF_UNIX, SOCK_STREAM); this end O_NONBLOCK
  mine_take: { args: [], returns: "i32" },
});

const socket = await Bun.connect({
  // @ts-expect-error Bun takes a descriptor; its types do not say so.
  fd: library.symbols.mine_open(), // the socket closes it
  socket: {
    data() {
      // One chunk may stand for many wakes: take all there is.
      for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
        console.log("done:", item);
      }
    },
  },
});
// On the native thread: push the item, then write(fd, "", 1); EAGAIN means a wake is pending.
// To end: socket.end();`,
  },
  async open(context) {
    const { doorbell, fd } = openDescriptor(context, "socketpair");
    const mailbox = new Mailbox<undefined>();
    const hear = mailbox.entrance(context.enter);
    const closed = Promise.withResolvers<void>();
    const options: Bun.FdSocketOptions = {
      fd,
      socket: { data: () => hear(undefined), close: () => closed.resolve() },
    };
    // Bun.connect takes a descriptor; its types do not say so.
    await Bun.connect(options as Bun.SocketOptions as Bun.TCPSocketConnectOptions);
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      async close() {
        context.native.symbols.wb_fd_close(doorbell);
        await closed.promise; // Bun closes its end when it has seen the end of ours.
      },
    };
  },
};
