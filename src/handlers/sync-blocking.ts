import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** Three waits in which the loop can do nothing else: no other request is answered meanwhile. */
export const syncBlocking: Handler = {
  id: "sync-blocking",
  title: "Sync, three blocking waits",
  summary: "three waits that block the loop: no other request is answered meanwhile",
  kind: "wait",
  protocol: "http",
  advice: {
    when: "never in a server; in a script that does one thing only",
    against:
      "requests queue up: a thousand divided by the milliseconds of one are all there are a second",
    code: `Bun.serve({
  port: 3000,
  fetch() {
    Bun.sleepSync(10); // as any blocking call does: a synchronous driver, readFileSync
    return new Response("Hello, World!");
  },
});`,
  },
  open: async (context) =>
    serveHttp(context, () => {
      for (let wait = 0; wait < 3; wait++) Bun.sleepSync(context.waitMs);
      return rightAnswer();
    }),
};
