import { formatDuration } from "../duration.ts";
import type { Series } from "../results/schema.ts";

/** Where and how a row was measured, as far as it is one of several ways: `same-core, 5000/s`. */
export function placeOfRow({ params }: Pick<Series, "params">): string {
  const { placement, threads, table, loop, spawn, ratePerSecond } = params;
  const isPlaced = placement !== undefined && placement !== "any";
  const isOwnCase = params.case !== undefined && params.case !== table;
  return [
    ...(isPlaced ? [String(placement)] : []),
    ...(threads === undefined || !isFlood(params)
      ? []
      : [threads === 1 ? "1 thread" : `${threads} threads`]),
    ...(table === undefined ? [] : [tableWords(String(table), params)]),
    ...(isOwnCase ? [String(params.case)] : []),
    ...(loop === "busy" ? ["busy loop"] : []),
    ...(spawn === "per-wake" ? ["a thread per wake"] : []),
    ...(ratePerSecond === undefined ? [] : [`${ratePerSecond}/s`]),
  ].join(", ");
}

/** The threads of a fetching program are the same in all rows. */
function isFlood({ producers }: Series["params"]): boolean {
  return producers !== undefined;
}

/** The tables of `mixed` are called by the share that burns. */
function tableWords(table: string, { burnNs }: Series["params"]): string {
  if (typeof burnNs !== "number") return table;
  return `${table} % burn ${formatDuration(burnNs)}`;
}
