import type { Series } from "../results/schema.ts";

/** Series of two files that are of the same contender. */
export type Pair = {
  readonly base: Series;
  readonly next: Series;
};

export type Matched = {
  /** In the order of NEW. */
  readonly pairs: readonly Pair[];
  readonly onlyInBase: readonly Series[];
  readonly onlyInNew: readonly Series[];
};

/** Parameters that tell rows of one contender apart within a file. */
const rowParams = ["placement", "threads", "case", "table", "via"] as const;
/** Those of a whole run: of another value they make runs incomparable, not rows missing. */
const runParams = ["loop", "spawn", "ratePerSecond"] as const;

type Key = (series: Series) => string;

/** From what is surely the same row to what is the same only if it is the only one. */
const keys: readonly Key[] = [
  keyWith(({ contender, runtime }) => [contender, runtime], [...rowParams, ...runParams]),
  keyWith((series) => [withoutPrefix(series), series.runtime], [...rowParams, ...runParams]),
  keyWith(withoutVersion, [...rowParams, ...runParams]),
  keyWith(withoutVersion, rowParams),
];

const contenderKey: Key = keyWith(withoutVersion, []);
const keyWithoutPlacement: Key = keyWith(
  withoutVersion,
  rowParams.filter((name) => name !== "placement"),
);

/**
 * Finds for each series of NEW that of BASE which it is to be held against. Controls (A/A, no waker) are no
 * contenders. A contender that moved to another placement or another version of its runtime is still found
 * where nothing else can be meant.
 */
export function matchSeries(base: readonly Series[], next: readonly Series[]): Matched {
  const matching = new Matching(base.filter(isContender), next.filter(isContender));
  for (const key of keys) matching.pairBy(key);
  matching.pairMovedBy(keyWithoutPlacement);
  return matching.result();
}

function isContender({ params }: Series): boolean {
  return params.control === undefined;
}

function keyWith(named: (series: Series) => readonly string[], params: readonly string[]): Key {
  return (series) =>
    JSON.stringify([
      series.scenario,
      ...named(series),
      ...params.map((name) => series.params[name]),
    ]);
}

/** Where a run has two runtimes its contenders are named with theirs: `bun@1.4.5/pipe`. */
function withoutPrefix({ contender, runtime }: Series): string {
  const prefix = `${runtime}/`;
  return contender.startsWith(prefix) ? contender.slice(prefix.length) : contender;
}

/** So that two versions of a runtime can be compared. */
function withoutVersion(series: Series): readonly string[] {
  return [withoutPrefix(series), series.runtime.replace(/@.*/s, "")];
}

class Matching {
  readonly #found = new Map<Series, Series>();
  #base: readonly Series[];
  #next: readonly Series[];
  readonly #all: readonly Series[];

  constructor(base: readonly Series[], next: readonly Series[]) {
    this.#base = base;
    this.#next = next;
    this.#all = next;
  }

  /** Pairs what is left with the same key, one after the other, where there are as many in both. */
  pairBy(key: Key): void {
    const candidates = Map.groupBy(this.#base, key);
    for (const [value, rivals] of Map.groupBy(this.#next, key)) {
      const own = candidates.get(value) ?? [];
      if (own.length !== rivals.length) continue;
      for (const [index, next] of rivals.entries()) this.#found.set(next, own[index] as Series);
    }
    const taken = new Set(this.#found.values());
    this.#base = this.#base.filter((series) => !taken.has(series));
    this.#next = this.#next.filter((series) => !this.#found.has(series));
  }

  /** The same among contenders of which nothing is paired yet: of others a placement is merely missing. */
  pairMovedBy(key: Key): void {
    const paired = new Set([...this.#found.keys()].map(contenderKey));
    const [base, next] = [this.#base, this.#next];
    const isMoved = (series: Series) => !paired.has(contenderKey(series));
    this.#base = base.filter(isMoved);
    this.#next = next.filter(isMoved);
    this.pairBy(key);
    const taken = new Set(this.#found.values());
    this.#base = base.filter((series) => !taken.has(series));
    this.#next = next.filter((series) => !this.#found.has(series));
  }

  result(): Matched {
    const pairs = this.#all.flatMap((next) => {
      const base = this.#found.get(next);
      return base === undefined ? [] : [{ base, next }];
    });
    return { pairs, onlyInBase: this.#base, onlyInNew: this.#next };
  }
}
