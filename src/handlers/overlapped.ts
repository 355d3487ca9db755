import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** Three waits that begin together. */
export const overlapped: Handler = {
  id: "overlapped",
  title: "Async, three waits at once",
  summary: "three waits that begin together and are awaited together, by Promise.all",
  kind: "wait",
  protocol: "http",
  advice: {
    when: "the steps do not need one another: a request takes as long as the longest",
    against: "whatever they ask gets three questions at once; when one fails, the others still run",
    code: `declare function findUser(): Promise<string>;
declare function findNews(): Promise<string[]>;
declare function findWeather(): Promise<string>;

Bun.serve({
  port: 3000,
  async fetch() {
    const [user, news, weather] = await Promise.all([findUser(), findNews(), findWeather()]);
    return Response.json({ user, news, weather });
  },
});`,
  },
  open: async (context) =>
    serveHttp(context, async () => {
      const { waitMs } = context;
      await Promise.all([Bun.sleep(waitMs), Bun.sleep(waitMs), Bun.sleep(waitMs)]);
      return rightAnswer();
    }),
};
