import { serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** The body of each request is sent back. */
export const echoHttp: Handler = {
  id: "echo-http",
  title: "Echo over HTTP",
  summary: "the body of each POST is read and sent back",
  kind: "echo",
  protocol: "http",
  advice: {
    when: "anybody shall be able to ask: browsers, proxies, every language",
    against: "headers are parsed and made for each message, and the body is awaited",
    code: `Bun.serve({
  port: 3000,
  async fetch(request) {
    return new Response(await request.bytes());
  },
});`,
  },
  open: async (context) =>
    serveHttp(context, async (request) => new Response(await request.bytes())),
};
