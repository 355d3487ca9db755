import { createReadStream, read } from "node:fs";
import net from "node:net";
import tty from "node:tty";
import type { ReaderId } from "./reader-names.ts";

/** What a reader tells of its descriptor. */
export type ReaderEvents = {
  data(): void;
  /** It has ended, with an error or without one. */
  closed(error?: unknown): void;
  error(error: unknown): void;
};

/** How each reader is set on a descriptor. */
export type Reader = {
  /** The descriptor blocks whoever reads it. */
  readonly isBlocking: boolean;
  open(fd: number, events: ReaderEvents): void | Promise<void>;
};

/** The events that streams and sockets of Node have in common. */
type Emitter = {
  on(name: "data" | "end" | "close", listener: () => void): unknown;
  on(name: "error", listener: (error: Error) => void): unknown;
};

function hear(stream: Emitter, events: ReaderEvents): void {
  stream.on("data", events.data);
  stream.on("error", events.error);
  stream.on("end", () => events.closed());
  stream.on("close", () => events.closed());
}

const bufferBytes = 4096;

export const readers: Readonly<Record<ReaderId, Reader>> = {
  "bun-file": {
    isBlocking: false,
    async open(fd, events) {
      const reader = Bun.file(fd).stream().getReader();
      for (;;) {
        const { done } = await reader.read();
        if (done) return events.closed();
        events.data();
      }
    },
  },
  "bun-connect": {
    isBlocking: false,
    async open(fd, { data, closed, error }) {
      const socket = {
        data: () => data(),
        close: (_: Bun.Socket, cause?: unknown) => closed(cause),
        end: () => closed(),
        error: (_: Bun.Socket, cause: Error) => error(cause),
        connectError: (_: Bun.Socket, cause: Error) => error(cause),
      };
      const options = { fd, socket };
      // Bun.connect takes a descriptor; its types do not say so.
      await Bun.connect(options as Bun.SocketOptions as Bun.TCPSocketConnectOptions);
    },
  },
  "net-connect": {
    isBlocking: false,
    open(fd, events) {
      const options = { fd };
      // Bun takes a descriptor here; Node's types know it of net.Socket alone.
      hear(net.connect(options as unknown as net.NetConnectOpts), events);
    },
  },
  "net-socket": {
    isBlocking: false,
    open: (fd, events) => hear(new net.Socket({ fd, readable: true, writable: false }), events),
  },
  "read-stream": {
    isBlocking: false,
    open: (fd, events) => hear(createReadStream("", { fd }), events),
  },
  "read-stream-blocking": {
    isBlocking: true,
    open: (fd, events) => hear(createReadStream("", { fd }), events),
  },
  "read-blocking": {
    isBlocking: true,
    open(fd, events) {
      const buffer = new Uint8Array(bufferBytes);
      const next = () => read(fd, buffer, 0, bufferBytes, null, heard);
      const heard = (error: Error | null, count: number) => {
        if (error !== null) return events.error(error);
        if (count === 0) return events.closed();
        events.data();
        next();
      };
      next();
    },
  },
  "tty-read-stream": {
    isBlocking: false,
    open: (fd, events) => hear(new tty.ReadStream(fd), events),
  },
};
