import { compareStandings, isSameRun } from "./diff/comparable.ts";
import { compareFigures, verdictOfFigures } from "./diff/figures.ts";
import { checkLimit, parseLimit } from "./diff/limits.ts";
import { type Matched, matchSeries, type Pair } from "./diff/match.ts";
import { placeOfRow } from "./diff/place.ts";
import type { Absent, Diff, DiffRow, DiffSummary } from "./diff/schema.ts";
import { WakerbenchError } from "./errors.ts";
import type { Results, Series } from "./results/schema.ts";

/** How two runs are to be compared. All may be left out. */
export type DiffRequest = {
  /** Compares also what was measured on another machine, in another placement or with other parameters. */
  readonly anyway?: boolean;
  /** As on the command line: `p99>5%`, `wake:p50>10%`, `rate<5%`, `failed`. */
  readonly failOn?: readonly string[];
};

/**
 * Compares two runs, as `wakerbench diff` does: for each contender that is in both, how many times as long NEW
 * takes as BASE, with an interval and a verdict. Nothing is printed or kept.
 *
 * @throws WakerbenchError USAGE: a limit is none; NOT_COMPARABLE: another machine, other parameters, or no
 * contender in common
 */
export function diff(base: Results, next: Results, request: DiffRequest = {}): Diff {
  const limits = (request.failOn ?? []).map(parseLimit);
  const matched = matchSeries(base.series, next.series);
  const { differences, notes } = compareStandings(base, next, matched.pairs);
  if (matched.pairs.length === 0) throw nothingShared(matched);
  if (differences.length > 0 && request.anyway !== true) throw notComparable(differences);
  const isSame = isSameRun(base, next);
  const rows = matched.pairs.map((pair) => rowOf(pair, isSame));
  const checked = limits.map((limit) => checkLimit(limit, rows));
  return {
    schemaVersion: 1,
    base: runOf(base),
    new: runOf(next),
    isSameRun: isSame,
    differences: [...differences],
    notes: [...notes, ...floorNotes(matched.pairs, rows)],
    summaries: summariesOf(rows),
    rows,
    onlyInBase: matched.onlyInBase.map(absentOf),
    onlyInNew: matched.onlyInNew.map(absentOf),
    limits: checked,
    isFailed: checked.some(({ fired }) => fired.length > 0),
  };
}

const mostTold = 3;

function notComparable(differences: readonly string[]): WakerbenchError {
  const further = differences.length - mostTold;
  const told = [
    ...differences.slice(0, mostTold),
    ...(further > 0 ? [`${further} more of the kind`] : []),
  ];
  return new WakerbenchError("NOT_COMPARABLE", `these cannot be compared: ${told.join("; ")}`, {
    remedy: "measure both alike, or add --anyway to compare them all the same",
  });
}

function nothingShared({ onlyInBase, onlyInNew }: Matched): WakerbenchError {
  const names = (series: readonly Series[]) => {
    const all = [...new Set(series.map(({ scenario, contender }) => `${scenario} ${contender}`))];
    if (all.length === 0) return "nothing";
    return `${all.slice(0, mostTold).join(", ")}${all.length > mostTold ? ", …" : ""}`;
  };
  return new WakerbenchError(
    "NOT_COMPARABLE",
    `no contender is in both: BASE has ${names(onlyInBase)}, NEW has ${names(onlyInNew)}`,
    { remedy: "measure the same contenders of the same scenario twice" },
  );
}

function runOf({ startedAt, tool, environment, partial }: Results): Diff["base"] {
  const { runtime, machine = null } = environment;
  return { startedAt, version: tool.version, runtime, machine, partial };
}

function absentOf(series: Series): Absent {
  const { scenario, contender } = series;
  return { scenario, contender, place: placeOfRow(series) };
}

function rowOf({ base, next }: Pair, isSame: boolean): DiffRow {
  const fault = faultOf(base, next);
  const figures = fault === null ? compareFigures(base, next, isSame) : [];
  return {
    scenario: next.scenario,
    contender: next.contender,
    place: placeOfRow(next),
    runtime: { base: base.runtime, new: next.runtime },
    params: next.params,
    fault,
    error: fault === null ? null : errorOf(fault === "gone" ? base : next),
    figures,
    verdict: verdictOfFigures(figures),
  };
}

function faultOf(base: Series, next: Series): DiffRow["fault"] {
  if (next.status !== "ok") return base.status === "ok" ? "new" : "both";
  return base.status === "ok" ? null : "gone";
}

function errorOf({ status, error }: Series): string {
  return error === null ? status : `${status}: ${error}`;
}

function summariesOf(rows: readonly DiffRow[]): DiffSummary[] {
  return [...Map.groupBy(rows, ({ scenario }) => scenario)].map(([scenario, own]) => {
    const count = (verdict: DiffRow["verdict"]) =>
      own.filter((row) => row.verdict === verdict).length;
    const logs = own.flatMap(({ figures }) => {
      const deciding = figures.find(({ metric }) => metric === "deciding");
      return deciding === undefined ? [] : [Math.log(deciding.ratio)];
    });
    const sum = logs.reduce((all, log) => all + log, 0);
    return {
      scenario,
      rows: own.length,
      faster: count("faster"),
      slower: count("slower"),
      unseen: count("no difference seen"),
      untold: count(null),
      ratio: logs.length === 0 ? null : Math.exp(sum / logs.length),
    };
  });
}

/** No JavaScript runs in a floor: where it changed, the machine has. */
function floorNotes(pairs: readonly Pair[], rows: readonly DiffRow[]): string[] {
  const changed = rows.filter(({ verdict }, index) => {
    const isFloor = pairs[index]?.next.waker === "floor";
    return isFloor && (verdict === "faster" || verdict === "slower");
  });
  if (changed.length === 0) return [];
  const named = changed.map(({ scenario, contender, place, verdict }) =>
    [`${scenario} ${contender}`, place, verdict].filter((part) => part !== "").join(" "),
  );
  return [
    `! the floor changed (${named.join("; ")}), in which no JavaScript runs: the machine is not as it was, and what the other rows changed by may be its doing`,
  ];
}
