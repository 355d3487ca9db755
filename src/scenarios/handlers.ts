import { handlerCatalogue } from "../handlers/find.ts";
import type { Handler } from "../handlers/handler.ts";
import { handlers as all } from "../handlers/index.ts";
import { startServer } from "../handlers/server-process.ts";
import { handlersParameters } from "./handlers-parameters.ts";
import type { Scenario } from "./scenario.ts";
import type { HandlersJob } from "./workload-job.ts";

/** An HTTP server in a process of its own, under load. */
export const handlers: Scenario<HandlersJob, Handler> = {
  id: "handlers",
  title: "Handlers",
  summary: "what async, a native thread, a Worker or waiting costs an HTTP server under load",
  parameters: handlersParameters,
  catalogue: handlerCatalogue,
  defaultContenders: all.map(({ id }) => id),
  async visit(visit) {
    const { visitHandler } = await import("./handlers-visit.ts");
    return [await visitHandler(visit, startServer)];
  },
};
