import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** An async function that has its answer at once all the same: what the promise costs. */
export const async: Handler = {
  id: "async",
  title: "Async",
  summary: "an async function that awaits nothing",
  kind: "answer",
  protocol: "http",
  advice: {
    when: "some requests have to wait for something: a database, another server, a thread",
    against: "hardly anything: a promise for each request",
    code: `Bun.serve({
  port: 3000,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const answer = await fetch(\`http://127.0.0.1:4000\${pathname}\`); // others go on meanwhile
    return new Response(await answer.text());
  },
});`,
  },
  open: async (context) => serveHttp(context, async () => rightAnswer()),
};
