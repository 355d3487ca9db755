import { answerHeaders, answerText } from "./answers.ts";
import type { HandlerContext, OpenHandler } from "./handler.ts";
import { listenError } from "./listening.ts";

type Answer = Response | Promise<Response>;

/** What every handler answers with when all went well. */
export function rightAnswer(): Response {
  return new Response(answerText, { headers: answerHeaders });
}

/**
 * Bun's own HTTP server with one function behind it.
 *
 * @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD
 */
export function serveHttp(
  { hostname, port }: Pick<HandlerContext, "hostname" | "port">,
  answer: (request: Request) => Answer,
): OpenHandler {
  try {
    const server = Bun.serve({
      hostname,
      port,
      // A client may think for as long as it likes between two requests.
      idleTimeout: 0,
      development: false,
      // Else two servers would share the port outside of development, and nobody would say that it is taken.
      reusePort: false,
      fetch: answer,
    });
    return {
      port: server.port ?? port,
      threadIds: () => [],
      close: () => server.stop(true),
    };
  } catch (thrown) {
    throw listenError(thrown, { hostname, port });
  }
}
