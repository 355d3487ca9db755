import type { HandlerContext, OpenHandler } from "./handler.ts";
import { NativeServer, type NativeServerOptions } from "./native-server.ts";

/** What its figures must be read with, beside those of Bun.serve. */
export const plainObjects =
  "its handler takes and returns plain objects: no Request and no Response is made, as they are for sync and async";

/**
 * More than the load client ever has (src/scenarios/handlers-parameters.ts): those who waited for a place would not
 * wait in the queue that the server's figures tell of. A place takes memory when it is first used.
 */
const connections = 5_000;

/**
 * A native server behind a handler of the scenario.
 *
 * @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD, SERVER_FAILED
 */
export async function openNativeServer(
  { hostname, port, libraryPath }: HandlerContext,
  handle: NativeServerOptions["handle"],
): Promise<OpenHandler> {
  const server = await NativeServer.open({ hostname, port, libraryPath, connections, handle });
  return {
    port: server.port,
    threadIds: () => [server.threadId],
    close: () => server.close(),
  };
}
