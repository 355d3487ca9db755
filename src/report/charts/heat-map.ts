import type { Results, Series } from "../../results/schema.ts";
import { threadCounts, wakesPerSecond } from "../contention.ts";
import { plural } from "../format.ts";
import { isFloor } from "../notes.ts";
import { floodGroups } from "./flood-groups.ts";
import type { HeatChart, HeatRow, Unit } from "./kinds.ts";
import {
  faultWords,
  labelOf,
  type Palette,
  roundedOrNull,
  rowOf,
  shownOf,
  sortedBy,
  tellEnds,
} from "./rows.ts";
import { formatUnit } from "./units.ts";
import { wakeGroups, wordsOf } from "./wake-groups.ts";

/** Medians of single wakes: approaches against placements, states of the loop and runtimes; or none. */
export function wakeHeat(results: Results, palette: Palette): HeatChart[] {
  const groups = wakeGroups(results);
  const shown = groups.flatMap(({ series }) => series);
  if (shown.length === 0) return [];
  const runtimes = [...new Set(shown.map(({ runtime }) => runtime))];
  const isMany = runtimes.length > 1;
  const columnOf = (series: Series) => {
    const words = wordsOf(series).join(", ");
    return isMany ? `${series.runtime} ${words}` : words;
  };
  return [
    {
      id: "wake-heat",
      scenario: "wake",
      title: "Median latency of a wake",
      subtitle:
        "Approaches against where their threads are and what the loop does; the darker, the slower, by the logarithm over all cells",
      ...heatOf(shown, palette, {
        columnOf,
        nameOf: (series) => {
          // In each placement another floor may be the fastest, and they are one row.
          if (isFloor(series)) return "fastest floor";
          // The runtime is told by the column.
          return isMany ? labelOf(series).replace(runtimePrefix, "") : labelOf(series);
        },
        amountOf: ({ summary }) => summary.p50Ns,
        unit: "ns",
        isLowGood: true,
      }),
    },
  ];
}

/** Wakes a second: approaches against numbers of threads; or none. */
export function burstHeat(results: Results, palette: Palette): HeatChart[] {
  return floodGroups(results).flatMap(({ words, series }): HeatChart[] => {
    const shown = shownOf(series);
    // One column has nothing to tell that the lines do not.
    if (threadCounts(shown).length < 2) return [];
    const ascending = sortedBy(shown, ({ params }) => Number(params.threads));
    return [
      {
        id: "burst-heat",
        scenario: "burst",
        title: `Wakes a second from many threads, in figures${words}`,
        subtitle:
          "Approaches against numbers of threads; the darker, the fewer, by the logarithm over all cells",
        ...heatOf(ascending, palette, {
          columnOf: ({ params }) => plural(Number(params.threads), "thread"),
          nameOf: labelOf,
          amountOf: wakesPerSecond,
          unit: "perSecond",
          isLowGood: false,
        }),
      },
    ];
  });
}

/** `bun@1.3.14/`, `node/`: but not the folder of a file of yours. */
const runtimePrefix = /^(bun|node|deno|python)(@[^/]+)?\//;

type HeatPlan = {
  columnOf(series: Series): string;
  nameOf(series: Series): string;
  amountOf(series: Series): number | null;
  readonly unit: Unit;
  readonly isLowGood: boolean;
};

function heatOf(
  shown: readonly Series[],
  palette: Palette,
  { columnOf, nameOf, amountOf, unit, isLowGood }: HeatPlan,
): Pick<HeatChart, "kind" | "description" | "cells" | "data"> {
  const columns = [...new Set(shown.map(columnOf))];
  const rows = [...Map.groupBy(shown, nameOf)].map(([label, own]): HeatRow => {
    const cells = columns.map((column) => own.find((series) => columnOf(series) === column));
    const first = own.find((series) => faultWords(series) !== null) ?? own[0];
    return {
      ...(first === undefined ? { tone: "floor" as const, fault: null } : rowOf(first, palette)),
      label,
      amounts: cells.map((series) =>
        series === undefined ? null : roundedOrNull(amountOf(series)),
      ),
      words: cells.map((series) => (series === undefined ? "" : (faultWords(series) ?? "-"))),
    };
  });
  const firstAmount = ({ amounts }: HeatRow) => amounts.find((amount) => amount !== null) ?? null;
  const sorted = sortedBy(rows, (row) => {
    const amount = firstAmount(row);
    return amount === null || isLowGood ? amount : -amount;
  });
  const told = columns.map((column, index) => {
    const ends = sorted.map((row) => ({ row, amount: row.amounts[index] ?? null }));
    return `${column}: ${tellEnds(ends, unit)}`;
  });
  return {
    kind: "heat",
    description: told.join(" "),
    cells: [
      ["Approach", ...columns],
      ...sorted.map(({ label, amounts, words }) => [
        label,
        ...amounts.map((amount, index) =>
          amount === null ? (words[index] ?? "") : formatUnit(unit, amount),
        ),
      ]),
    ],
    data: { unit, isLowGood, columns, rows: sorted },
  };
}
