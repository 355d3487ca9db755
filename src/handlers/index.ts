import { async } from "./async.ts";
import { echoHttp } from "./echo-http.ts";
import { echoTcp } from "./echo-tcp.ts";
import type { Handler } from "./handler.ts";
import { nativeCallback } from "./native-callback.ts";
import { nativePipe } from "./native-pipe.ts";
import { nativeRing } from "./native-ring.ts";
import { nativeServerAsync } from "./native-server-async.ts";
import { nativeServerSync } from "./native-server-sync.ts";
import { overlapped } from "./overlapped.ts";
import { sequential } from "./sequential.ts";
import { sync } from "./sync.ts";
import { syncBlocking } from "./sync-blocking.ts";
import { worker } from "./worker.ts";

/** Every handler that ships with wakerbench, in the order in which they are listed. */
export const handlers: readonly Handler[] = [
  sync,
  async,
  nativeRing,
  nativeCallback,
  nativePipe,
  worker,
  nativeServerSync,
  nativeServerAsync,
  sequential,
  overlapped,
  syncBlocking,
  echoHttp,
  echoTcp,
];
