import { callback } from "./callback.ts";
import { executor } from "./executor.ts";
import { floor } from "./floor.ts";
import { pipe } from "./pipe.ts";
import type { Waker } from "./waker.ts";
import { worker } from "./worker.ts";

/** Every waker that ships with wakerbench, in the order in which they are listed. */
export const wakers: readonly Waker[] = [pipe, callback, worker, executor, floor];
