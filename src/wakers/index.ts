import { callback } from "./callback.ts";
import { eventfd } from "./eventfd.ts";
import { executor } from "./executor.ts";
import { floor } from "./floor.ts";
import { napi } from "./napi.ts";
import { pipe } from "./pipe.ts";
import { pipeThreadpool } from "./pipe-threadpool.ts";
import { signal } from "./signal.ts";
import { socketpair } from "./socketpair.ts";
import { udp } from "./udp.ts";
import { uvAsync } from "./uv-async.ts";
import type { Waker } from "./waker.ts";
import { worker } from "./worker.ts";

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
  worker,
  signal,
  executor,
  floor,
];
