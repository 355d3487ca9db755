import type { Approach } from "../approaches/approach.ts";
import type { AgentJob } from "./job.ts";
import type { Scenario } from "./scenario.ts";

type Load = () => Promise<Scenario<AgentJob, Approach>>;

/** Every scenario by its id, none of them loaded. */
const loads: Readonly<Record<AgentJob["scenario"], Load>> = {
  wake: async () => (await import("./wake.ts")).wake,
  burst: async () => (await import("./burst.ts")).burst,
  dispatch: async () => (await import("./dispatch.ts")).dispatch,
  spawn: async () => (await import("./spawn.ts")).spawn,
  io: async () => (await import("./io.ts")).io,
  cancel: async () => (await import("./cancel.ts")).cancel,
  mixed: async () => (await import("./mixed.ts")).mixed,
  handlers: async () => (await import("./handlers.ts")).handlers,
  fetch: async () => (await import("./fetch.ts")).fetchScenario,
};

/**
 * Loads one scenario and nothing of the others: agents are started by the hundred, and what they do not load
 * takes neither time nor memory in them.
 */
export async function loadScenario(
  id: AgentJob["scenario"],
): Promise<Scenario<AgentJob, Approach>> {
  const load: Load | undefined = loads[id];
  if (load === undefined) throw new Error(`unknown scenario ${id}`);
  return load();
}
