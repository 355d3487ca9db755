import type { Waker } from "./waker.ts";

const pipeKind = 0;

/** A byte through a pipe(2), read as a stream by the event loop. */
export const pipe: Waker = {
  id: "pipe",
  title: "Pipe",
  summary: "the thread writes a byte to a pipe, the loop reads it with Bun.file(fd).stream()",
  traits: {
    kind: "doorbell",
    payload: "bytes (the order of small writes is kept)",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
  },
  advice: {
    when: "your library already speaks in file descriptors, or must work in every runtime",
    against:
      "two system calls and a stream chunk per wake; writes that pile up arrive as one chunk",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  // Makes a pipe, gives its non-blocking reading end; the library keeps the writing end.
  mine_open: { args: [], returns: "i32" },
  mine_take: { args: [], returns: "i32" },
});

const stream = Bun.file(library.symbols.mine_open()).stream();
for await (const _chunk of stream) {
  // One chunk may stand for many wakes: take all there is.
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
}
// On the native thread: push the item, then write(fd, "", 1); EAGAIN means a wake is pending.`,
  },
  open(context) {
    const { wb_fd_open, wb_fd_read_fd, wb_fd_close } = context.native.symbols;
    const doorbell = wb_fd_open(context.seam, pipeKind);
    if (doorbell === null) throw new Error("no file descriptor is left for a pipe");
    const reader = context.read(wb_fd_read_fd(doorbell));
    return {
      wait: () => reader.read(),
      async close() {
        wb_fd_close(doorbell);
        await reader.close();
      },
    };
  },
};
