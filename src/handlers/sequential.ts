import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler } from "./handler.ts";

/** Three waits, each awaited before the next one begins. */
export const sequential: Handler = {
  id: "sequential",
  title: "Async, three waits in a row",
  summary: "three waits, each awaited before the next one begins; others are answered meanwhile",
  kind: "wait",
  protocol: "http",
  advice: {
    when: "each step needs what the one before it brought",
    against: "three plain awaits in a row do not overlap: a request takes as long as all of them",
    code: `declare function findUser(name: string): Promise<{ id: number }>;
declare function findOrders(id: number): Promise<string[]>;

Bun.serve({
  port: 3000,
  async fetch(request) {
    const user = await findUser(new URL(request.url).pathname);
    const orders = await findOrders(user.id); // needs the user, and waits for it
    return Response.json({ user, orders });
  },
});`,
  },
  open: async (context) =>
    serveHttp(context, async () => {
      await Bun.sleep(context.waitMs);
      await Bun.sleep(context.waitMs);
      await Bun.sleep(context.waitMs);
      return rightAnswer();
    }),
};
