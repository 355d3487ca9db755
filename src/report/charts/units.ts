import { formatAmount, formatLatency } from "../format.ts";
import type { Unit } from "./kinds.ts";

/** An amount as a table shows it: `4.71 µs`, `1.72 M`; `-` for what is withheld. */
export function formatUnit(unit: Unit, amount: number | null): string {
  return unit === "ns" ? formatLatency(amount) : formatAmount(amount);
}

/** An amount beside a tick, without the digits that say nothing: `10 µs`, `2.5 M`. */
export function formatTick(unit: Unit, amount: number): string {
  if (amount === 0) return "0";
  return formatUnit(unit, amount).replace(/\.(\d*?)0+(?= |$)/, (_, digits: string) =>
    digits === "" ? "" : `.${digits}`,
  );
}

/** An interval in a table: `1.20 µs to 1.40 µs`, or `-`. */
export function formatInterval(unit: Unit, interval: readonly [number, number] | null): string {
  if (interval === null) return "-";
  return `${formatUnit(unit, interval[0])} to ${formatUnit(unit, interval[1])}`;
}

/** The ends of an axis and the ticks between them. */
export type Scale = {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
};

/** What stands between two powers of ten, from the finest on. The finest is for axes that have less than one. */
const steps = [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]] as const;

/**
 * A logarithmic axis around some positive amounts, with a little room at both ends.
 *
 * @param mostTicks so many labels have room
 */
export function logScale(amounts: readonly number[], mostTicks: number): Scale {
  const known = amounts.filter((amount) => amount > 0 && Number.isFinite(amount));
  const [least, most] = known.length === 0 ? [1, 10] : [Math.min(...known), Math.max(...known)];
  // A single amount stands in the middle of some room.
  const room = Math.max(1.04, (most / least) ** 0.03, most / least < 1.2 ? 1.3 : 1);
  const [min, max] = [least / room, most * room];
  const isNarrow = max / min < 5;
  const candidates = steps.slice(isNarrow ? 0 : 1).map((step) => ticksBetween(min, max, step));
  const fitting = candidates.find(({ length }) => length > 0 && length <= mostTicks);
  const coarsest = candidates.findLast(({ length }) => length > 0) ?? [];
  if (coarsest.length === 0) {
    // Between two neighbours of the finest: an axis has one tick at least.
    return { min, max, ticks: [Number(Math.sqrt(min * max).toPrecision(3))] };
  }
  return { min, max, ticks: fitting ?? thinned(coarsest, mostTicks) };
}

function ticksBetween(min: number, max: number, step: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    ticks.push(...step.map((each) => Number((each * 10 ** power).toPrecision(3))));
  }
  return ticks.filter((tick) => tick >= min && tick <= max);
}

function thinned(ticks: readonly number[], most: number): number[] {
  const stride = Math.ceil(ticks.length / Math.max(1, most));
  return ticks.filter((_, index) => index % stride === 0);
}

/** An axis from 0 to a little beyond the greatest amount. */
export function linearScale(amounts: readonly number[], mostTicks: number): Scale {
  const most = Math.max(0, ...amounts.filter(Number.isFinite)) || 1;
  const rough = most / Math.max(1, mostTicks);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? most;
  const ticks: number[] = [];
  for (let index = 0; index * step <= most * (1 + 1e-9); index++) {
    ticks.push(Number((index * step).toPrecision(6)));
  }
  return { min: 0, max: most * 1.02, ticks };
}
