import type { Compared } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { formatCount, formatRatio, plural } from "./format.ts";

/** What tables of all scenarios have in common: cells and lines about one series. */

export function isControl(series: Series): boolean {
  return series.params.control !== undefined;
}

export function isFloor(series: Series): boolean {
  return series.waker === "floor";
}

const places: Readonly<Record<string, string>> = {
  "same-core": "on one core",
  "cross-core": "across cores",
  any: "unpinned",
};

/** Where its threads are, as it stands behind a figure. */
export function placeOf({ params }: Series): string {
  return placeWords(String(params.placement));
}

/** A placement's name, as it stands behind a figure. */
export function placeWords(placement: string): string {
  return places[placement] ?? placement;
}

/** An interval that is wider than so many times its ratio tells nothing, and has no figure. */
const widestShare = 10;
const mostPercent = 100 * widestShare;

/** A ratio and half of its interval, as every table shows them. */
export function ratioCells(relative: Series["relative"]): {
  readonly relative: string;
  readonly plusMinus: string;
} {
  if (relative === null) return { relative: "-", plusMinus: "-" };
  const [low, high] = relative.interval;
  const half = (high - low) / 2;
  const isWide = half > widestShare * relative.ratio;
  return {
    relative: formatRatio(relative.ratio),
    plusMinus: low === high ? "" : isWide ? "wide" : half.toFixed(2),
  };
}

const longestFault = 160;

/** What went wrong, or null. The whole of it is in the JSON. */
export function faultOf({ status, error }: Series): string | null {
  return status === "ok" ? null : `${status}: ${shorten(error ?? "no reason given")}`;
}

function shorten(error: string): string {
  return error.length <= longestFault ? error : `${error.slice(0, longestFault - 1)}…`;
}

/** A line about what went astray, if anything did; `noun` is what was sent. */
export function auditFault({ audit, contender }: Series, noun = "wake"): string[] {
  const faults = (["lost", "duplicated", "reordered", "mistaken"] as const)
    .filter((name) => (audit[name] ?? 0) > 0)
    .map((name) => `${formatCount(audit[name] ?? 0)} ${name}`);
  if (faults.length === 0) return [];
  return [`! ${contender}: of ${plural(audit.sent, noun)} ${faults.join(", ")}`];
}

/** A contender against itself: what this machine takes for a difference today. */
export function noiseNote(contender: string, paired: Compared | null): string {
  if (paired === null) return "A/A noise: too few rounds to tell";
  const half = ((paired.high - paired.low) / 2) * 100;
  const offset = (paired.ratio - 1) * 100;
  const sign = offset >= 0 ? "+" : "−";
  const plusMinus = half > mostPercent ? `more than ${mostPercent} %` : `${half.toFixed(1)} %`;
  return `A/A noise: ${contender} against itself ${sign}${Math.abs(offset).toFixed(1)} % ± ${plusMinus}, ${paired.verdict}`;
}

const marks = ["*", "†", "‡", "§"] as const;

/** What must be known of some rows, each once and with a mark, in the order of the rows. */
export class Caveats {
  readonly #caveatOf: (series: Series) => string | undefined;
  readonly #all: readonly string[];

  constructor(shown: readonly Series[], caveatOf: (series: Series) => string | undefined) {
    this.#caveatOf = caveatOf;
    const told = shown.map(caveatOf).filter((caveat) => caveat !== undefined);
    this.#all = [...new Set(told)];
  }

  /** The mark of a row that a caveat belongs to, with a space before it. */
  markOf(series: Series): string {
    const caveat = this.#caveatOf(series);
    return caveat === undefined ? "" : ` ${this.#mark(this.#all.indexOf(caveat))}`;
  }

  /** What each mark means, a line each. */
  get notes(): readonly string[] {
    return this.#all.map((caveat, index) => `${this.#mark(index)} ${caveat}`);
  }

  #mark(index: number): string {
    return marks[index % marks.length] ?? "*";
  }
}

/** What is said of results whose run was interrupted, wherever they are shown. */
export const partialNote =
  "The run was interrupted: rounds are missing, and what was not reached is not here.";
