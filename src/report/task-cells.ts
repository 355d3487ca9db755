import type { Series } from "../results/schema.ts";
import { medianOf } from "../stats/percentile.ts";
import { formatAmount, formatBytes, formatLatency } from "./format.ts";
import type { WorkloadColumn } from "./workload-face.ts";

/** How many ended as they should, over all rounds. */
export function doneOf({ extra }: Series): number {
  return Number(extra.done ?? 0);
}

/** Of a rate of the results, such as `tasksPerSecond`. */
export function rateColumn(title: string, rate: string): WorkloadColumn {
  return { title, cell: ({ rates }) => formatAmount(rates[rate]?.value ?? null) };
}

/** A percentile of the latency. */
export function latencyColumn(
  percentile: "p50" | "p95" | "p99" | "p999",
  title: string = percentile,
): WorkloadColumn {
  return { title, cell: ({ summary }) => formatLatency(summary[`${percentile}Ns`]) };
}

/** What fewer rounds say of a tail is chance. */
const fewestRounds = 3;

/**
 * A percentile within each round, the median of the rounds. Tasks of a round that begin and end together differ less
 * from one another than from those of another round: of all together the slowest round alone would be the tail.
 */
export function roundColumn(name: "p50" | "p99"): WorkloadColumn {
  return {
    title: name,
    cell({ rounds }) {
      const known = rounds.flatMap(({ summary }) => summary[`${name}Ns`] ?? []);
      return formatLatency(known.length < fewestRounds ? null : medianOf(known));
    },
  };
}

/** The same of how late sleeps ended: the scenario has it in `extra`, a level of each round. */
export function roundLateColumn(name: "P50" | "P99"): WorkloadColumn {
  return {
    title: `Late ${name.toLowerCase()}`,
    cell({ rounds, extra }) {
      const levelNs = extra[`late${name}Ns`];
      const isKnown = typeof levelNs === "number" && rounds.length >= fewestRounds;
      return formatLatency(isKnown ? levelNs : null);
    },
  };
}

/** Below a table with columns of lateness: nobody should have to look the word up. */
export const lateNote = "Late: how much later than asked a sleep ended";

/** Below a table with such columns. */
export const roundNote = "p50, p99: within a round; the median of the rounds";

/** A percentile of how late sleeps ended. */
export function lateColumn(percentile: "p50" | "p99"): WorkloadColumn {
  return {
    title: `Late ${percentile}`,
    cell: ({ stages }) => formatLatency(stages.late?.[`${percentile}Ns`] ?? null),
  };
}

/** CPU time of the whole process for each that was done. */
export function cpuColumn(title: string): WorkloadColumn {
  return {
    title,
    cell(series) {
      const done = doneOf(series);
      return formatLatency(done === 0 ? null : series.cost.cpuProcessNs / done);
    },
  };
}

/** The most memory that was resident in the measured part of any round. */
export const peakColumn: WorkloadColumn = {
  title: "Peak RSS",
  cell: ({ cost }) => formatBytes(cost.peakRssBytes > 0 ? cost.peakRssBytes : null),
};

/** Says which share of the sleeps ended before their time, where any did. */
export function earlyNotes(shown: readonly Series[]): string[] {
  const shares = shown
    .filter((series) => doneOf(series) > 0 && typeof series.extra.earlySleeps === "number")
    .map((series) => Number(series.extra.earlySleeps) / doneOf(series));
  const most = Math.max(0, ...shares);
  if (most === 0) return [];
  const least = Math.min(...shares);
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const range =
    percent(least) === percent(most) ? percent(most) : `${percent(least)} to ${percent(most)}`;
  return [
    `${range} of the sleeps ended before they were due, and count as 0 late: this runtime's timers know whole milliseconds`,
  ];
}
