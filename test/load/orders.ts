import type { LoadOrder } from "../../src/load/load.ts";
import { getRequest } from "../../src/load/requests.ts";

export const localAddress = "127.0.0.1";
export const bodyText = "Hello, World!";

/** An order that ends soon; a server that is right answers it without an error. */
export function orderFor(port: number, changes: Partial<LoadOrder> = {}): LoadOrder {
  return {
    address: localAddress,
    port,
    connections: 4,
    warmupNs: 0,
    durationNs: 100e6,
    ratePerSecond: null,
    protocol: "http",
    request: getRequest(localAddress, port),
    body: new TextEncoder().encode(bodyText),
    core: -1,
    serverPid: 0,
    serverThreadIds: [],
    timeoutNs: 30e9,
    mostSamples: 100_000,
    ...changes,
  };
}
