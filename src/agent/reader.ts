import { closeSync } from "node:fs";
import type { WakeReader } from "../wakers/waker.ts";

/** How Bun reads a file descriptor with its event loop: the stream of a file made from it. */
export function readWithBun(fd: number): WakeReader {
  const reader = Bun.file(fd).stream().getReader();
  return {
    read: () => reader.read(),
    async close() {
      try {
        await reader.cancel();
      } finally {
        // The stream reads a copy of the descriptor, and closes no other.
        closeSync(fd);
      }
    },
  };
}
