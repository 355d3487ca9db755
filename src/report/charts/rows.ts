import { dispatchers } from "../../dispatchers/index.ts";
import { fetchers } from "../../fetchers/index.ts";
import { handlers } from "../../handlers/index.ts";
import { libraries } from "../../libraries/index.ts";
import type { Results, Series } from "../../results/schema.ts";
import { wakers } from "../../wakers/index.ts";
import { isControl, isFloor } from "../notes.ts";
import type { Row, Tone, Unit } from "./kinds.ts";
import { formatUnit } from "./units.ts";

/** What all charts of a report share. */
export type Palette = { toneOf(series: Series): Tone };

/**
 * Gives each contender of a report its tone: in the order of the registries and within one approach in that of the
 * file, so that it has the same in every chart, and eight of them have eight colours.
 */
export function paletteOf(results: Results): Palette {
  const order = [...wakers, ...dispatchers, ...libraries, ...handlers, ...fetchers].map(
    ({ id }) => id,
  );
  const rank = ({ waker }: Series) => {
    const index = order.indexOf(waker);
    return index === -1 ? order.length : index;
  };
  const toned = results.series
    .filter((series) => !isControl(series) && !isFloor(series))
    .toSorted((one, other) => rank(one) - rank(other));
  const names = [...new Set(toned.map(({ contender }) => contender))];
  return {
    toneOf(series) {
      if (isControl(series)) return "control";
      return isFloor(series) ? "floor" : names.indexOf(series.contender);
    },
  };
}

/** A contender as a chart names it. */
export function labelOf(series: Series): string {
  const { contender, params } = series;
  if (isControl(series)) return `${contender} (control)`;
  if (!isFloor(series) || params.via === undefined) return contender;
  return `${contender.replace(/:via=.*/, "")} (${params.via})`;
}

/** What every row of a chart says of its series. */
export function rowOf(series: Series, { toneOf }: Palette): Row {
  return { label: labelOf(series), tone: toneOf(series), fault: faultWords(series) };
}

/** A contender as the table beside a chart names it: with what went wrong. */
export function cellLabel(series: Series): string {
  const fault = faultWords(series);
  return fault === null ? labelOf(series) : `${labelOf(series)}, ${fault}`;
}

/** What went wrong, in so few words that they fit beside a bar; null: nothing. */
export function faultWords({ status, audit }: Series): string | null {
  if (status !== "ok") return status;
  for (const [name, verb] of faultVerbs) {
    const amount = audit[name] ?? 0;
    if (amount > 0) return `${verb} ${shareWords(amount / Math.max(1, audit.sent))}`;
  }
  return null;
}

const faultVerbs = [
  ["lost", "loses"],
  ["mistaken", "mistakes"],
  ["duplicated", "doubles"],
  ["reordered", "reorders"],
] as const;

function shareWords(share: number): string {
  const percent = 100 * share;
  return percent < 0.1 ? "< 0.1 %" : `${Number(percent.toPrecision(2))} %`;
}

/** Four significant digits are finer than a pixel, and a page has many figures. */
export function rounded(amount: number): number {
  return Number(amount.toPrecision(4));
}

/** The amount with four digits; null where it is no finite one. */
export function roundedOrNull(amount: number | null | undefined): number | null {
  if (amount === null || amount === undefined || !Number.isFinite(amount)) return null;
  return rounded(amount);
}

export function roundedPair(
  interval: readonly [number, number] | null | undefined,
): readonly [number, number] | null {
  if (interval === null || interval === undefined || !interval.every(Number.isFinite)) return null;
  return [rounded(interval[0]), rounded(interval[1])];
}

/** The series that are rows: controls are in the notes below the tables. */
export function shownOf(series: readonly Series[]): Series[] {
  return series.filter((one) => !isControl(one));
}

/** Ascending; what has no amount comes last, in its own order. */
export function sortedBy<Item>(
  items: readonly Item[],
  amountOf: (item: Item) => number | null,
): Item[] {
  return items.toSorted(
    (one, other) => (amountOf(one) ?? Infinity) - (amountOf(other) ?? Infinity) || 0,
  );
}

/** `callback 4.71 µs is lowest, poll-timer 1.20 ms highest; crashed: signal.`: what a chart shows, told. */
export function tellEnds(
  rows: readonly { readonly row: Row; readonly amount: number | null }[],
  unit: Unit,
): string {
  const told = rows.flatMap(({ row, amount }) => (amount === null ? [] : [{ row, amount }]));
  const ascending = sortedBy(told, ({ amount }) => amount);
  const [lowest, highest] = [ascending[0], ascending.at(-1)];
  const name = ({ row, amount }: (typeof told)[number]) =>
    `${row.label} ${formatUnit(unit, amount)}`;
  const parts: string[] = [];
  if (lowest === undefined || highest === undefined) parts.push("Nothing could be measured");
  else if (lowest === highest) parts.push(name(lowest));
  else parts.push(`${name(lowest)} is lowest, ${name(highest)} highest`);
  const faulty = rows.filter(({ row }) => row.fault !== null);
  if (faulty.length > 0) {
    parts.push(`at fault: ${faulty.map(({ row }) => `${row.label} (${row.fault})`).join(", ")}`);
  }
  return `${parts.join("; ")}.`;
}
