import { cancelPlan } from "./cancel-plan.ts";
import { fetchPlan } from "./fetch-plan.ts";
import { handlersPlan } from "./handlers-plan.ts";
import { ioPlan } from "./io-plan.ts";
import { mixedPlan } from "./mixed-plan.ts";
import { spawnPlan } from "./spawn-plan.ts";
import type { AnyWorkloadPlan } from "./workload.ts";

/** How every workload is planned, in the order in which they are listed. */
export const workloadPlans: readonly AnyWorkloadPlan[] = [
  spawnPlan,
  ioPlan,
  cancelPlan,
  mixedPlan,
  handlersPlan,
  fetchPlan,
];
