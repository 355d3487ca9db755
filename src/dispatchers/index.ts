import { asyncWork } from "./async-work.ts";
import { atomics } from "./atomics.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { floor } from "./floor.ts";
import { messagePort } from "./message-port.ts";
import { piscina } from "./piscina.ts";
import { postMessage } from "./post-message.ts";
import { tinypool } from "./tinypool.ts";

/** Every dispatcher that ships with wakerbench, in the order in which they are listed. */
export const dispatchers: readonly Dispatcher[] = [
  postMessage,
  messagePort,
  atomics,
  piscina,
  tinypool,
  asyncWork,
  floor,
];
