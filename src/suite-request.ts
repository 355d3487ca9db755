import * as z from "zod";
import { type Asked, nothingAsked, type ScenarioId } from "./asked.ts";
import { WakerbenchError } from "./errors.ts";
import { usualThreads } from "./plan/thread-counts.ts";
import { workloadPlans } from "./plan/workloads.ts";
import { burst } from "./scenarios/burst.ts";
import { burstParameters } from "./scenarios/burst-parameters.ts";
import { dispatch } from "./scenarios/dispatch.ts";
import { dispatchParameters, quickDispatch } from "./scenarios/dispatch-parameters.ts";
import { scenarios } from "./scenarios/index.ts";
import { wake } from "./scenarios/wake.ts";
import { wakeParameters } from "./scenarios/wake-parameters.ts";
import { suggestion } from "./suggestion.ts";

/** Budget of `wake` and `burst` together, as it is written after `--time`. */
export const suiteTime = { usual: "60s", quick: "8s" } as const;

/** Every scenario, in the order in which a suite measures them. */
export const suiteScenarios: readonly ScenarioId[] = scenarios.map(({ id }) => id);

/** @throws WakerbenchError USAGE */
export function findScenario(name: string): ScenarioId {
  const found = suiteScenarios.find((id) => id === name);
  if (found !== undefined) return found;
  throw new WakerbenchError("USAGE", `there is no scenario "${name}"`, {
    remedy: suggestion(name, suiteScenarios) ?? `there are: ${suiteScenarios.join(", ")}`,
  });
}

/**
 * The scenarios with their defaults, or with what `--quick` stands for in each.
 *
 * @param timeNs budget of `wake` and `burst` together
 */
export function askSuite(
  chosen: readonly ScenarioId[],
  { isQuick, timeNs }: { readonly isQuick: boolean; readonly timeNs: number },
): Asked {
  const has = (id: ScenarioId) => chosen.includes(id);
  const threads = usualThreads(timeNs);
  return {
    ...nothingAsked,
    wake: has(wake.id) ? wakeParameters(z).parse({}) : null,
    burst: has(burst.id) ? burstParameters(z).parse({ threads }) : null,
    dispatch: has(dispatch.id) ? dispatchParameters(z).parse(isQuick ? quickDispatch : {}) : null,
    workloads: workloadPlans
      .filter(({ scenario }) => has(scenario.id))
      .map(({ scenario, quick }) => ({
        id: scenario.id,
        parameters: scenario.parameters(z).parse(isQuick ? quick : {}),
      })),
  };
}
