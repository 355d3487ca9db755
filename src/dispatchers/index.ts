import type { Dispatcher } from "./dispatcher.ts";

/** Every dispatcher that ships with wakerbench, in the order in which they are listed. */
export const dispatchers: readonly Dispatcher[] = [];
