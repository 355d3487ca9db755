import type { Approach } from "../approaches/approach.ts";
import { dispatchers } from "../dispatchers/index.ts";
import type { Results } from "../results/schema.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import { conclude } from "./conclusion.ts";
import { isControl } from "./notes.ts";
import { concludeWorkloads } from "./workload.ts";

/** What was measured, as far as it can be told of in words: the user's own among them. */
export type Measured = {
  readonly wakers: readonly Waker[];
  readonly dispatchers: readonly Approach[];
  /** Of workloads: libraries, handlers, fetchers. */
  readonly others?: readonly Approach[];
};

/** All that a report says in words: what to use, the code that does it, and when to use each. */
export type ReportAdvice = {
  /** The verdicts, each a sentence or two. */
  readonly sentences: readonly string[];
  /** The code to paste; `purpose` is null where there is one alone. */
  readonly codes: readonly { readonly purpose: string | null; readonly code: string }[];
  /** Each that was measured and has advice. */
  readonly uses: readonly Pick<Approach, "id" | "advice">[];
  /** Lines of "when to use" that belong to none of them alone. */
  readonly guidance: readonly string[];
  /** What `list` calls those whose code is not shown here. */
  readonly kinds: readonly string[];
  /** What the whole ends with. */
  readonly summaries: readonly string[];
};

/** What a run comes to in words. */
export function adviceOf(results: Results, measured: Measured): ReportAdvice {
  const known = [...measured.wakers, ...wakers];
  const { sentence, advised, dispatcher } = conclude(results, recommendable(results, known));
  const work = concludeWorkloads(results);
  const callable = [...measured.dispatchers, ...dispatchers];
  const isOnly = advised.length === 1;
  const codes = [
    ...advised.flatMap((id, index) =>
      codeOf(known, id, isOnly ? null : `${id}${index === 0 ? "" : ", under contention"}`),
    ),
    ...(dispatcher === null
      ? []
      : codeOf(callable, dispatcher, advised.length > 0 ? `${dispatcher}, for calls` : null)),
  ];
  const all = [...measured.wakers, ...measured.dispatchers, ...(measured.others ?? [])];
  return {
    sentences: [sentence, ...work.sentences].filter((each) => each !== null),
    codes,
    uses: all.filter(({ id, advice }) => id !== "floor" && advice !== undefined),
    guidance: work.guidance,
    kinds: work.kinds,
    summaries: work.summaries,
  };
}

/** The code to paste, where there is any. A file of a user's may have no advice. */
function codeOf(
  known: readonly Partial<Approach>[],
  id: string,
  purpose: string | null,
): ReportAdvice["codes"] {
  const code = known.find((approach) => approach.id === id)?.advice?.code;
  return code === undefined ? [] : [{ purpose, code }];
}

/**
 * Those that a native thread can ring while the loop sleeps. A waker of the user's that is known from the file
 * alone is taken for one: that is what such a file is for.
 */
function recommendable(results: Results, known: readonly Waker[]): ReadonlySet<string> {
  const fitting = known
    .filter(({ traits, pollPeriodNs }) => traits.native && pollPeriodNs === undefined)
    .map(({ id }) => id);
  const own = results.series
    .filter((series) => ["wake", "burst"].includes(series.scenario) && !isControl(series))
    .map(({ waker }) => waker)
    .filter((waker) => !known.some(({ id }) => id === waker));
  return new Set([...fitting, ...own]);
}
