import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** A function that has its answer at once. */
export const sync: Handler = {
  id: "sync",
  title: "Sync",
  summary: "the handler returns its Response at once",
  kind: "answer",
  protocol: "http",
  advice: {
    when: "the answer is there, or takes microseconds to make",
    against: "whatever it does, all other requests wait for it: never block in it",
    code: `Bun.serve({
  port: 3000,
  fetch(request) {
    return new Response("Hello, World!");
  },
});`,
  },
  open: async (context) => serveHttp(context, rightAnswer),
};
