import type { Dispatcher } from "./dispatcher.ts";
import { piscina } from "./piscina.ts";
import { tinypool } from "./tinypool.ts";

/** Every dispatcher that ships with wakerbench, in the order in which they are listed. */
export const dispatchers: readonly Dispatcher[] = [piscina, tinypool];
