import { async } from "./async.ts";
import type { Handler } from "./handler.ts";
import { sync } from "./sync.ts";

/** Every handler that ships with wakerbench, in the order in which they are listed. */
export const handlers: readonly Handler[] = [sync, async];
