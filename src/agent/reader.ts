import type { WakeReader } from "../wakers/waker.ts";

/** How Bun reads a file descriptor with its event loop: the stream of a file made from it. */
export function readWithBun(fd: number): WakeReader {
  const reader = Bun.file(fd).stream().getReader();
  return {
    read: () => reader.read(),
    close: () => reader.cancel(),
  };
}
