import type { Advice } from "../approaches/approach.ts";
import { withDefaults } from "../approaches/parameters.ts";
import type { Dispatcher } from "../dispatchers/dispatcher.ts";
import { rightAnswer, serveHttp } from "./bun-server.ts";
import type { Handler, HandlerContext, OpenHandler } from "./handler.ts";

/** Requests that may wait for the thread at once, a power of two: one for each connection. */
const capacity = 4_096;

/**
 * An async function that calls one dedicated thread for each request and awaits its answer. The thread has
 * nothing to do: it is the way there and back that is measured.
 */
export function overDispatcher(
  dispatcher: Dispatcher,
  words: { readonly id: string; readonly title: string; readonly summary: string },
  advice: Advice,
): Handler {
  return {
    ...words,
    kind: "answer",
    protocol: "http",
    advice,
    open: (context) => openOver(dispatcher, context),
  };
}

async function openOver(dispatcher: Dispatcher, context: HandlerContext): Promise<OpenHandler> {
  const { native, libraryPath, read } = context;
  const thread = await dispatcher.open({
    parameters: withDefaults(dispatcher, {}),
    work: { kind: "spin", spinNs: 0 },
    capacity,
    // It parks when it has nothing to do, wherever it runs.
    sharesCore: false,
    workerCore: -1,
    native,
    libraryPath,
    read,
  });
  let requests = 0;
  async function answer(): Promise<Response> {
    const number = requests++;
    // What came back is part of the answer: a client that gets another one counts it as wrong.
    const back = await thread.call(number);
    return back === number ? rightAnswer() : new Response("the answer of another request");
  }
  let server: OpenHandler;
  try {
    server = serveHttp(context, answer);
  } catch (thrown) {
    await thread.close();
    throw thrown;
  }
  return {
    port: server.port,
    threadIds: () => thread.threadIds(),
    async close() {
      await server.close();
      await thread.close();
    },
  };
}
