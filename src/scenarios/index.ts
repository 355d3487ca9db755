import type { Approach } from "../approaches/approach.ts";
import { burst } from "./burst.ts";
import { cancel } from "./cancel.ts";
import { dispatch } from "./dispatch.ts";
import { fetchScenario } from "./fetch.ts";
import { handlers } from "./handlers.ts";
import { io } from "./io.ts";
import type { AgentJob } from "./job.ts";
import { mixed } from "./mixed.ts";
import type { Scenario } from "./scenario.ts";
import { spawn } from "./spawn.ts";
import { wake } from "./wake.ts";

/** Every scenario, in the order in which it is listed. */
export const scenarios: readonly Scenario<AgentJob, Approach>[] = [
  wake,
  burst,
  dispatch,
  spawn,
  io,
  cancel,
  mixed,
  handlers,
  fetchScenario,
];
