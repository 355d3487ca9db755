import { libraries } from "../libraries/index.ts";
import type { Series } from "../results/schema.ts";
import { formatAmount, formatLatency, plural } from "./format.ts";
import {
  cpuColumn,
  earlyNotes,
  lateColumn,
  lateNote,
  latencyColumn,
  peakColumn,
  rateColumn,
} from "./task-cells.ts";
import { quickestOf } from "./task-verdict.ts";
import type { WorkloadFace } from "./workload-face.ts";

const columns = [
  rateColumn("Ops/s", "operationsPerSecond"),
  latencyColumn("p95"),
  latencyColumn("p99"),
  lateColumn("p50"),
  lateColumn("p99"),
  cpuColumn("CPU/op"),
  peakColumn,
];

export const ioFace: WorkloadFace = {
  scenario: "io",
  title: "IO: what a library adds to waits",
  rowTitle: "Library",
  tableTitle(_table, [first]) {
    if (first === undefined) return "";
    const { workers, operations, meanNs } = first.params;
    const [all, each] = [plural(Number(workers), "worker"), plural(Number(operations), "sleep")];
    return `${all}, each ${each} one after another, exponential with a mean of ${formatLatency(Number(meanNs))}`;
  },
  columns: () => columns,
  caveatOf: ({ waker }) => libraries.find(({ id }) => id === waker)?.caveat,
  notes: (_table, shown) => [
    ...idealNotes(shown),
    lateNote,
    ...earlyNotes(shown),
    ...checksumFaults(shown),
  ],
  verdict(all) {
    const quickest = quickestOf(all, paceOf);
    if (quickest === null) return null;
    const cheapest = cheapestOf(all);
    return `Waiting: ${quickest}.${cheapest === null ? "" : ` ${cheapest}`}`;
  },
  guidance: [],
};

function paceOf({ rates }: Series): string {
  return `${formatAmount(rates.operationsPerSecond?.value ?? null)} operations/s`;
}

/** How long the sleeps alone last. */
function idealNotes(shown: readonly Series[]): string[] {
  const known = shown.find(({ extra }) => typeof extra.idealNs === "number");
  if (known === undefined) return [];
  const idealNs = Number(known.extra.idealNs);
  const least = (Number(known.params.workers) * Number(known.params.operations) * 1e9) / idealNs;
  return [
    `the worker that sleeps longest is to sleep ${formatLatency(idealNs)} in all: ${formatAmount(least)} operations/s, were no sleep late or cut short`,
  ];
}

/** Equal work is what the comparison stands on. */
function checksumFaults(shown: readonly Series[]): string[] {
  const checksums = shown.flatMap(({ extra }) => extra.sleepsChecksum ?? []);
  return new Set(checksums).size > 1 ? ["! not all slept the same: their checksums differ"] : [];
}

/** What the loop has to do decides how many more waits it can bear. */
function cheapestOf(all: readonly Series[]): string | null {
  const costs = all
    .filter(({ status, extra }) => status === "ok" && Number(extra.done) > 0)
    .map(({ contender, cost, extra }) => ({
      contender,
      cpuNs: cost.cpuProcessNs / Number(extra.done),
    }))
    .toSorted((one, other) => one.cpuNs - other.cpuNs);
  const [cheapest, ...others] = costs;
  if (cheapest === undefined || others.length === 0) return null;
  const told = others.map(({ contender, cpuNs }) => `${contender} ${formatLatency(cpuNs)}`);
  return `CPU for each: ${cheapest.contender} ${formatLatency(cheapest.cpuNs)}, ${told.join(", ")}.`;
}
