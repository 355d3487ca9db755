import type { Results } from "../results/schema.ts";
import { isWorkload } from "../scenarios/workload-words.ts";
import { recommendUnderContention } from "./contention-verdict.ts";
import { recommendDispatch } from "./dispatch-verdict.ts";
import { recommend } from "./verdict.ts";

/** What a run comes to. */
export type Conclusion = {
  /**
   * One sentence about all wakes that were measured, two where the first half named no waker; one about
   * calls; null where there were only workloads.
   */
  readonly sentence: string | null;
  /** Ids of the wakers that it advises: for single wakes, then for floods, each once. */
  readonly advised: readonly string[];
  /** Id of the dispatcher that it advises, or null. */
  readonly dispatcher: string | null;
};

/** The verdicts on wakes, on floods and on calls. */
export function conclude(results: Results, nativeWakers: ReadonlySet<string>): Conclusion {
  const calls = recommendDispatch(results);
  const dispatcher = calls?.dispatcher ?? null;
  const others = results.series.filter(({ scenario }) => scenario !== "dispatch");
  const areWorkloads = others.length > 0 && others.every(({ scenario }) => isWorkload(scenario));
  if (areWorkloads || (calls !== null && others.length === 0)) {
    return { sentence: calls?.sentence ?? null, advised: [], dispatcher };
  }
  const { sentence, advised } = concludeWakes(results, nativeWakers);
  return { sentence: [sentence, calls?.sentence ?? []].flat().join(" "), advised, dispatcher };
}

/** Single wakes and floods as one sentence. */
function concludeWakes(
  results: Results,
  nativeWakers: ReadonlySet<string>,
): Pick<Conclusion, "sentence" | "advised"> {
  const hasWakes = results.series.some(({ scenario }) => scenario === "wake");
  const single = hasWakes ? recommend(results, nativeWakers) : null;
  const many = recommendUnderContention(results, nativeWakers);
  const named = [single?.waker ?? null, many?.waker ?? null];
  const advised = [...new Set(named.filter((waker) => waker !== null))];
  if (many === null) {
    return { sentence: single?.sentence ?? "Nothing was measured: nothing to recommend.", advised };
  }
  const use = many.use === null ? many.reason : `use ${many.use}: ${many.reason}`;
  if (single === null || single.waker === null) {
    const first = single === null ? "" : `${single.sentence} `;
    return { sentence: `${first}Under contention ${use}.`, advised };
  }
  const too = advised.length === 1 && many.use !== null ? `too: ${many.reason}` : use;
  return { sentence: `${single.sentence.replace(/\.$/, "")}; under contention ${too}.`, advised };
}
