import { openDescriptor } from "./descriptor.ts";
import type { Waker } from "./waker.ts";

/** An eventfd(2), read as a stream by the event loop. */
export const eventfd: Waker = {
  id: "eventfd",
  title: "Eventfd",
  summary: "the thread adds 1 to an eventfd, the loop reads it with Bun.file(fd).stream()",
  traits: {
    kind: "doorbell",
    payload: "none (the sum of what was added)",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux"],
  },
  advice: {
    when: "Linux alone will do: one descriptor instead of two, and it is never full",
    against: "two system calls and a stream chunk per wake; no payload; Linux only",
    code: `import { dlopen } from "bun:ffi";
import { closeSync } from "node:fs";

const library = dlopen("./libmine.so", {
  mine_open: { args: [], returns: "i32" }, // eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)
  mine_take: { args: [], returns: "i32" },
});

const fd = library.symbols.mine_open();
for await (const _count of Bun.file(fd).stream()) {
  // One chunk may stand for many wakes: take all there is.
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
}
closeSync(fd); // the stream closes its own copy only
// On the native thread: push the item, then uint64_t one = 1; write(fd, &one, 8);`,
  },
  open(context) {
    const { doorbell, fd } = openDescriptor(context, "eventfd");
    const reader = context.read(fd);
    return {
      wait: () => reader.read(),
      async close() {
        context.native.symbols.wb_fd_close(doorbell);
        await reader.close();
      },
    };
  },
};
