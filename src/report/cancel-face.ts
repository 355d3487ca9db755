import { libraries } from "../libraries/index.ts";
import type { Series } from "../results/schema.ts";
import { formatCount, formatLatency, plural } from "./format.ts";
import { cpuColumn, peakColumn, roundColumn } from "./task-cells.ts";
import { quickestOf } from "./task-verdict.ts";
import type { WorkloadColumn, WorkloadFace } from "./workload-face.ts";

const settle: WorkloadColumn = { title: "Settle", cell: (series) => settleOf(series) };

const cleanups: WorkloadColumn = {
  title: "Cleanups",
  cell({ extra }) {
    return typeof extra.cleanups === "number" ? formatCount(extra.cleanups) : "-";
  },
};

const columns = [
  settle,
  roundColumn("p50"),
  roundColumn("p99"),
  cleanups,
  cpuColumn("CPU/task"),
  peakColumn,
];

export const cancelFace: WorkloadFace = {
  scenario: "cancel",
  title: "Cancel: how soon everything is gone",
  rowTitle: "Library",
  tableTitle(_table, [first]) {
    if (first === undefined) return "";
    const { tasks, afterNs } = first.params;
    return `${plural(Number(tasks), "task")} that would sleep for an hour, cancelled after ${formatLatency(Number(afterNs))}`;
  },
  columns: () => columns,
  caveatOf: ({ waker }) => libraries.find(({ id }) => id === waker)?.caveat,
  notes: (_table, shown) =>
    shown.some(({ extra }) => typeof extra.settleNs === "number")
      ? [
          "Settle: from the cancel to the end of the last task; p50, p99: to the end of each; medians of the rounds",
          "Cleanups: handlers that gave back what their task had taken, over all rounds; CPU: with making the tasks",
        ]
      : [],
  verdict(all) {
    const quickest = quickestOf(all, settleOf);
    return quickest === null ? null : `Cancelling: ${quickest}.`;
  },
  guidance: [],
};

function settleOf({ extra }: Series): string {
  return formatLatency(typeof extra.settleNs === "number" ? extra.settleNs : null);
}
