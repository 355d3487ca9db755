import { dispatchers } from "../dispatchers/index.ts";
import { workloadPlans } from "../plan/workloads.ts";
import type { Results } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import type { Measured } from "./advice.ts";

/**
 * What was measured, of a run of which there is no more than its file: the user's own wakers are not among
 * them, whose advice stands in files of theirs.
 */
export function measuredOf({ series }: Results): Measured {
  const seen = (scenarios: readonly string[]) =>
    new Set(
      series.filter(({ scenario }) => scenarios.includes(scenario)).map(({ waker }) => waker),
    );
  const woken = seen(["wake", "burst"]);
  const called = seen(["dispatch"]);
  const others = workloadPlans.flatMap(({ scenario }) => {
    const own = seen([scenario.id]);
    return scenario.catalogue.all.filter(({ id }) => own.has(id));
  });
  return {
    wakers: wakers.filter(({ id }) => woken.has(id)),
    dispatchers: dispatchers.filter(({ id }) => called.has(id)),
    others: [...new Map(others.map((approach) => [approach.id, approach])).values()],
  };
}
