import type { Socket } from "bun";
import type { FetchOrder } from "../../src/fetchers/fetcher.ts";
import { answerText } from "../../src/handlers/answers.ts";

/** What each fetcher is told in these tests, beside its server. */
export function order(port: number, changes: Partial<FetchOrder> = {}): FetchOrder {
  return {
    url: `http://127.0.0.1:${port}/`,
    requests: 45,
    chunk: 10,
    threads: 2,
    body: answerText,
    timeoutNs: 30e9,
    ...changes,
  };
}

/** An HTTP server that answers the n-th request, from 1, as it is told; it is stopped at the end. */
export function serve(answer: (nth: number) => Response | Promise<Response>) {
  let nth = 0;
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => answer(++nth) });
  return {
    port: server.port ?? 0,
    /** How many requests have come so far. */
    get seen() {
      return nth;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

export const right = () => new Response(answerText);

/** A server that does with what comes as it likes. */
export function listen(onRequest: (socket: Socket) => void) {
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: onRequest, error() {} },
  });
  return { port: server.port, [Symbol.dispose]: () => server.stop(true) };
}

/** A port on which nothing listens. */
export function deafPort(): number {
  using server = listen(() => {});
  return server.port;
}
