import type { Results, Series } from "../../results/schema.ts";
import { formatLatency } from "../format.ts";

/** Floods that may be compared with one another, from all numbers of threads. */
export type FloodGroup = {
  /** What tells it from the others, with a comma before it; empty where it is the only one. */
  readonly words: string;
  /** With the control that has no waker. */
  readonly series: readonly Series[];
};

/** Floods by how their threads notify, by payload and by placement. */
export function floodGroups(results: Results): FloodGroup[] {
  const floods = results.series.filter(({ scenario }) => scenario === "burst");
  const groups = [...Map.groupBy(floods, wordsOf)];
  return groups.map(([words, series]) => ({
    words: groups.length > 1 ? `, ${words}` : "",
    series,
  }));
}

function wordsOf({ params }: Series): string {
  const { producers, gapNs, payloadBytes, placement } = params;
  return [
    producers === "sleep"
      ? `sleeping ${formatLatency(Number(gapNs))} each time`
      : "without a pause",
    ...(Number(payloadBytes) > 0 ? [`${payloadBytes} bytes each`] : []),
    String(placement),
  ].join(", ");
}
