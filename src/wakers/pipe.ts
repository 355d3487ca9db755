import { closeSync } from "node:fs";
import { openDescriptor } from "./descriptor.ts";
import { FrameStream } from "./payload.ts";
import type { OpenWaker, WakeReader, Waker } from "./waker.ts";

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
    payloadSizes: [0, 8, 64],
  },
  advice: {
    when: "your library already speaks in file descriptors, or must work in every runtime",
    against:
      "two system calls and a stream chunk per wake; writes that pile up arrive as one chunk",
    code: `import { dlopen } from "bun:ffi";
import { closeSync } from "node:fs";

const library = dlopen("./libmine.so", {
  // Makes a pipe, gives its non-blocking reading end; the library keeps the writing end.
  mine_open: { args: [], returns: "i32" },
  mine_take: { args: [], returns: "i32" },
});

const fd = library.symbols.mine_open();
for await (const _chunk of Bun.file(fd).stream()) {
  // One chunk may stand for many wakes: take all there is.
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
}
closeSync(fd); // the stream closes its own copy only
// On the native thread: push the item, then write(fd, "", 1); EAGAIN means a wake is pending.`,
  },
  open(context) {
    const { native, payloadBytes = 0 } = context;
    const { doorbell, fd } = openDescriptor(context, "pipe");
    const { wb_fd_carry, wb_fd_close } = native.symbols;
    if (payloadBytes > 0 && wb_fd_carry(doorbell, payloadBytes) !== 0) {
      wb_fd_close(doorbell);
      closeSync(fd);
      throw new Error(`a pipe of ours does not carry ${payloadBytes} bytes`);
    }
    const reader = context.read(fd);
    return {
      wait: payloadBytes > 0 ? readingFrames(reader, payloadBytes) : () => reader.read(),
      async close() {
        wb_fd_close(doorbell);
        await reader.close();
      },
    };
  },
};

/** `wait()` of a pipe whose wakes carry something: what was read is checked. */
function readingFrames(reader: WakeReader, payloadBytes: number): OpenWaker["wait"] {
  const frames = new FrameStream(payloadBytes);
  return async () => {
    const { value } = await reader.read();
    if (value !== undefined) frames.take(value);
  };
}
