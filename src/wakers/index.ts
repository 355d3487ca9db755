import { atomics } from "./atomics.ts";
import { broadcastChannel } from "./broadcast-channel.ts";
import { callback } from "./callback.ts";
import { eventfd } from "./eventfd.ts";
import { executor } from "./executor.ts";
import { floor } from "./floor.ts";
import { messagePort } from "./message-port.ts";
import { napi } from "./napi.ts";
import { pipe } from "./pipe.ts";
import { pipeThreadpool } from "./pipe-threadpool.ts";
import { pollImmediate } from "./poll-immediate.ts";
import { pollTimer } from "./poll-timer.ts";
import { ring } from "./ring.ts";
import { signal } from "./signal.ts";
import { socketpair } from "./socketpair.ts";
import { udp } from "./udp.ts";
import { uvAsync } from "./uv-async.ts";
import type { Waker } from "./waker.ts";
import { worker } from "./worker.ts";
import { workerInline } from "./worker-inline.ts";

/** Every waker that ships with wakerbench, in the order in which they are listed. */
export const wakers: readonly Waker[] = [
  pipe,
  eventfd,
  socketpair,
  pipeThreadpool,
  udp,
  callback,
  napi,
  uvAsync,
  ring,
  worker,
  workerInline,
  messagePort,
  broadcastChannel,
  atomics,
  signal,
  pollImmediate,
  pollTimer,
  executor,
  floor,
];
