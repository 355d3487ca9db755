import type { HandlerContext, OpenHandler } from "./handler.ts";
import { NativeServer, type NativeServerOptions } from "./native-server.ts";

/**
 * A native server behind a handler of the scenario.
 *
 * @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD, SERVER_FAILED
 */
export async function openNativeServer(
  { hostname, port, libraryPath }: HandlerContext,
  handle: NativeServerOptions["handle"],
): Promise<OpenHandler> {
  const server = await NativeServer.open({ hostname, port, libraryPath, handle });
  return {
    port: server.port,
    threadIds: () => [server.threadId],
    close: () => server.close(),
  };
}
