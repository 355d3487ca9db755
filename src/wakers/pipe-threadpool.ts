import { closeSync, read } from "node:fs";
import { openDescriptor } from "./descriptor.ts";
import { Mailbox } from "./mailbox.ts";
import type { Waker } from "./waker.ts";

const bufferBytes = 4096;

/** A blocking pipe, read by fs.read: a thread of the runtime's pool waits in it. */
export const pipeThreadpool: Waker = {
  id: "pipe-threadpool",
  title: "Pipe, thread pool",
  summary: "the thread writes a byte to a pipe, a thread of the pool blocks in fs.read on it",
  traits: {
    kind: "doorbell",
    payload: "bytes (the order of small writes is kept)",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "the descriptor cannot be made non-blocking, or is one that no event loop can poll",
    against: "a hop through another thread for each wake; takes a thread of the pool for good",
    code: `import { dlopen } from "bun:ffi";
import { closeSync, read } from "node:fs";

const library = dlopen("./libmine.so", {
  mine_open: { args: [], returns: "i32" }, // pipe(2); the reading end blocks
  mine_take: { args: [], returns: "i32" },
});

const fd = library.symbols.mine_open();
const buffer = new Uint8Array(4096);
read(fd, buffer, 0, buffer.length, null, function hear(error, count) {
  if (error !== null || count === 0) return closeSync(fd);
  // One read may stand for many wakes: take all there is.
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
  read(fd, buffer, 0, buffer.length, null, hear);
});
// On the native thread: push the item, then write(fd, "", 1). To end: close the writing end.`,
  },
  open(context) {
    const { doorbell, fd } = openDescriptor(context, "blockingPipe");
    const mailbox = new Mailbox<undefined>();
    const hear = mailbox.entrance(context.enter);
    const buffer = new Uint8Array(bufferBytes);
    const ended = Promise.withResolvers<void>();
    const heard = (error: Error | null, count: number): void => {
      if (error !== null) ended.reject(error);
      else if (count === 0) ended.resolve();
      else {
        hear(undefined);
        next();
      }
    };
    const next = () => read(fd, buffer, 0, bufferBytes, null, heard);
    next();
    return {
      wait: () => mailbox.wait(),
      listen: (listener) => mailbox.listen(listener),
      async close() {
        context.native.symbols.wb_fd_close(doorbell);
        await ended.promise;
        closeSync(fd);
      },
    };
  },
};
