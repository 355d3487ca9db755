import { JSCallback, type Pointer } from "bun:ffi";
import { closeSync } from "node:fs";
import { WakerbenchError } from "../errors.ts";
import { channelKinds } from "../native/channel-kinds.ts";
import type { LoadedLibrary } from "./native.ts";
import type { RingDoorbell } from "./options.ts";

/** What makes the event loop call `hear` when a pushing thread rings. */
export type Doorbell = {
  /** Whether it keeps the process alive from now on. */
  setRef(isRef: boolean): void;
  /** Gives back what it took. Nobody rings any more, and every ring has been heard or can be lost. */
  close(): void | Promise<void>;
};

type OpenDoorbell = (library: LoadedLibrary, bell: Pointer, hear: () => void) => Doorbell;

/** How often a ring is looked at whose descriptor is not read. */
const pollMs = 1;
const openers: Readonly<Record<RingDoorbell, OpenDoorbell>> = {
  callback: openCallback,
  eventfd: (library, bell, hear) => openDescriptor("eventfd", library, bell, hear),
  pipe: (library, bell, hear) => openDescriptor("pipe", library, bell, hear),
  napi: openThreadsafeFunction,
};

/**
 * Binds a doorbell to a ring's bell.
 *
 * @param hear called once for each ring, or for several that came together; it must not throw
 * @throws WakerbenchError RING_OPEN_FAILED, UNSUPPORTED
 */
export function openDoorbell(
  kind: RingDoorbell,
  library: LoadedLibrary,
  bell: Pointer,
  hear: () => void,
): Doorbell {
  return openers[kind](library, bell, hear);
}

function openCallback(library: LoadedLibrary, bell: Pointer, hear: () => void): Doorbell {
  const { wb_callback_open, wb_callback_close } = library.native.symbols;
  const callback = new JSCallback(hear, { args: ["u32"], returns: "void", threadsafe: true });
  const native = callback.ptr === null ? null : wb_callback_open(bell, callback.ptr);
  if (native === null) {
    callback.close();
    throw openFailed("no memory is left for a callback");
  }
  const alive = keepAlive();
  return {
    setRef: alive.setRef,
    close() {
      alive.stop();
      wb_callback_close(native);
      callback.close();
    },
  };
}

/**
 * A stream that waits for its descriptor keeps Bun alive, and cannot be told otherwise. A ring that shall
 * not is looked at now and then instead, by a timer that keeps nothing alive; what was rung meanwhile
 * still lies in the descriptor when it is read again.
 */
function openDescriptor(
  kind: "pipe" | "eventfd",
  library: LoadedLibrary,
  bell: Pointer,
  hear: () => void,
): Doorbell {
  const { wb_fd_open, wb_fd_read_fd, wb_fd_close } = library.native.symbols;
  const native = wb_fd_open(bell, channelKinds[kind]);
  if (native === null) throw openFailed(`no file descriptor is left for the doorbell ${kind}`);
  const fd = wb_fd_read_fd(native);
  let reading: Reading | null = readWhileOpen(fd, hear);
  let polling: NodeJS.Timeout | null = null;
  const ended: Promise<void>[] = [];
  const stopReading = () => {
    if (reading !== null) ended.push(reading.stop());
    reading = null;
  };
  const stopPolling = () => {
    if (polling !== null) clearInterval(polling);
    polling = null;
  };
  return {
    setRef(isRef) {
      if (isRef) {
        stopPolling();
        reading ??= readWhileOpen(fd, hear);
        return;
      }
      stopReading();
      polling ??= setInterval(hear, pollMs).unref();
    },
    async close() {
      stopPolling();
      stopReading();
      wb_fd_close(native);
      try {
        await Promise.all(ended);
      } finally {
        // A stream reads a copy of the descriptor, and closes no other.
        closeSync(fd);
      }
    },
  };
}

/** A stream that is read until it is told to stop. */
type Reading = { stop(): Promise<void> };

function readWhileOpen(fd: number, hear: () => void): Reading {
  const reader = Bun.file(fd).stream().getReader();
  const ended = (async () => {
    while (!(await reader.read()).done) hear();
  })();
  return {
    async stop() {
      await reader.cancel();
      await ended;
    },
  };
}

function openThreadsafeFunction(library: LoadedLibrary, bell: Pointer, hear: () => void): Doorbell {
  const module = library.nodeApi();
  if (
    module.openThreadsafeFunction === undefined ||
    module.closeThreadsafeFunction === undefined ||
    module.unrefThreadsafeFunction === undefined
  ) {
    throw new WakerbenchError("UNSUPPORTED", "this runtime has no threadsafe functions", {
      remedy: 'use the doorbell "callback"',
    });
  }
  const { closeThreadsafeFunction } = module;
  const native = module.openThreadsafeFunction(bell, hear);
  if (native === undefined) throw openFailed("no memory is left for a threadsafe function");
  // Whether the process lives is the timer's part, as with a callback.
  module.unrefThreadsafeFunction(native);
  const alive = keepAlive();
  return {
    setRef: alive.setRef,
    close() {
      alive.stop();
      closeThreadsafeFunction(native);
    },
  };
}

/** A timer that never comes: what the event loop stays for, where the doorbell is no reason to. */
function keepAlive(): { setRef(isRef: boolean): void; stop(): void } {
  const timer = setInterval(() => {}, 2 ** 30);
  return {
    setRef(isRef) {
      if (isRef) timer.ref();
      else timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

function openFailed(message: string): WakerbenchError {
  return new WakerbenchError("RING_OPEN_FAILED", message, {
    remedy: "close rings that are not used any more, or raise the limits (`ulimit -a`)",
  });
}
