import { libraries } from "../libraries/index.ts";
import type { Series } from "../results/schema.ts";
import { formatAmount, formatCount, formatLatency, plural } from "./format.ts";
import {
  cpuColumn,
  earlyNotes,
  lateNote,
  peakColumn,
  rateColumn,
  roundColumn,
  roundLateColumn,
  roundNote,
} from "./task-cells.ts";
import { quickestOf } from "./task-verdict.ts";
import type { WorkloadFace } from "./workload-face.ts";

const head = [rateColumn("Tasks/s", "tasksPerSecond"), roundColumn("p50"), roundColumn("p99")];
const late = [roundLateColumn("P50"), roundLateColumn("P99")];
const tail = [cpuColumn("CPU/task"), peakColumn];

/** How the tasks of each table are made, as a sentence has it. */
const manners: Readonly<Record<string, string>> = {
  "at-once": "At once",
  waves: "In waves",
  yield: "Yielding only",
};

export const spawnFace: WorkloadFace = {
  scenario: "spawn",
  title: "Spawn: what a task costs",
  rowTitle: "Library",
  tableTitle(table, [first]) {
    if (first === undefined) return manners[table] ?? table;
    const { tasks, sleepNs, concurrency } = first.params;
    const count = plural(Number(tasks), "task");
    const sleep = `each sleeps ${formatLatency(Number(sleepNs))}`;
    switch (table) {
      case "waves":
        return `${count} in waves of ${formatCount(Number(concurrency))}, ${sleep}`;
      case "yield":
        return `${count} at once, each only yields to the loop`;
      default:
        return `${count} at once, ${sleep}`;
    }
  },
  columns: (table) => [...head, ...(table === "yield" ? [] : late), ...tail],
  caveatOf: ({ waker }) => libraries.find(({ id }) => id === waker)?.caveat,
  notes: (table, shown) => [
    roundNote,
    ...(table === "yield" ? [] : [lateNote]),
    ...earlyNotes(shown),
  ],
  verdict(all) {
    const tables = Map.groupBy(all, ({ params }) => String(params.table ?? ""));
    const told = [...tables].flatMap(([table, shown]) => {
      const quickest = quickestOf(shown, paceOf);
      return quickest === null ? [] : [`${manners[table] ?? table}: ${quickest}.`];
    });
    return told.length === 0 ? null : told.join(" ");
  },
  guidance: [],
};

function paceOf({ rates }: Series): string {
  return `${formatAmount(rates.tasksPerSecond?.value ?? null)} tasks/s`;
}
