import type { ServerOrder } from "../../src/handlers/server-process.ts";
import { builtLibraryPath } from "../../src/native/library.ts";

/** A busy machine takes its time to start a process. */
export const patience = { timeoutMs: 30_000 } as const;

/** A server of a handler on a free port, unpinned. */
export function orderFor(handler: string, changed: Partial<ServerOrder> = {}): ServerOrder {
  return {
    handler,
    parameters: {},
    libraryPath: builtLibraryPath,
    parentPid: process.pid,
    hostname: "127.0.0.1",
    port: 0,
    waitMs: 10,
    cores: [],
    ...changed,
  };
}
