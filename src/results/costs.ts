import type { WorkloadCost } from "../scenarios/workload-measurement.ts";
import type { Cost } from "./schema.ts";

/** What the rounds of a row used together; of the resident memory the most. Null where a round cannot tell, or there is none. */
export function totalCost(costs: readonly WorkloadCost[]): Cost {
  const total = (pick: (cost: WorkloadCost) => number) =>
    costs.reduce((sum, cost) => sum + pick(cost), 0);
  const totalOrNull = (pick: (cost: WorkloadCost) => number | null) => {
    const isTold = costs.length > 0 && costs.every((cost) => pick(cost) !== null);
    return isTold ? total((cost) => pick(cost) ?? 0) : null;
  };
  return {
    wallNs: total(({ wallNs }) => wallNs),
    cpuLoopNs: totalOrNull(({ cpuLoopNs }) => cpuLoopNs),
    cpuWakerNs: totalOrNull(({ cpuWorkerNs }) => cpuWorkerNs),
    cpuOtherNs: totalOrNull(({ cpuOtherNs }) => cpuOtherNs),
    cpuProcessNs: total(({ cpuProcessNs }) => cpuProcessNs),
    voluntarySwitches: totalOrNull(({ voluntarySwitches }) => voluntarySwitches),
    peakRssBytes: Math.max(0, ...costs.map(({ peakRssBytes }) => peakRssBytes)),
  };
}
