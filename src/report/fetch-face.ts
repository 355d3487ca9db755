import type { Series } from "../results/schema.ts";
import { type RunTimes, relativeSpeed } from "../stats/relative-speed.ts";
import { formatAmount, formatBytes, formatCount, formatLatency, plural } from "./format.ts";
import type { WorkloadFace } from "./workload-face.ts";

/** Programs that make requests, as hyperfine would show them. */
export const fetchFace: WorkloadFace = {
  scenario: "fetch",
  title: "Fetch: whole programs that make requests, from their start to their end",
  rowTitle: "Method",
  tableTitle(_, [first]) {
    if (first === undefined) return "";
    const { requests, chunk, threads, server } = first.params;
    const whose = server === "own" ? "a server of ours" : String(server);
    const all = plural(Number(requests), "request");
    const pools = `pools of ${plural(Number(threads), "Worker")}`;
    return `${all}, ${formatCount(Number(chunk))} at a time, ${pools} · ${whose}`;
  },
  columns: () => [
    { title: "Mean", cell: ({ summary }) => formatLatency(summary.meanNs) },
    { title: "σ", cell: ({ summary }) => formatLatency(summary.stddevNs) },
    { title: "Min", cell: ({ summary }) => formatLatency(summary.minNs) },
    { title: "Max", cell: ({ summary }) => formatLatency(summary.maxNs) },
    { title: "User", cell: (series) => formatLatency(perRun(series, "userNs")) },
    { title: "System", cell: (series) => formatLatency(perRun(series, "systemNs")) },
    {
      title: "Requests/s",
      cell: ({ rates }) => formatAmount(rates.requestsPerSecond?.value ?? null),
    },
    {
      title: "Peak RSS",
      cell: ({ rounds, cost }) => formatBytes(rounds.length === 0 ? null : cost.peakRssBytes),
    },
  ],
  caveatOf: () => undefined,
  notes: (_, shown) => [...requestsNotes(shown), ...serverNotes(shown)],
  verdict: () => null,
  summary: fetchSummary,
  guidance: [
    "fetch does not block the loop, and all Workers of a process send through one HTTP thread of Bun's: Workers pay where the answers are worked on, not where they are awaited",
  ],
};

/** Of one run, on the average; null where none was measured. */
export function perRun({ extra, rounds }: Series, name: "userNs" | "systemNs"): number | null {
  const total = extra[name];
  return typeof total === "number" && rounds.length > 0 ? total / rounds.length : null;
}

/**
 * `async-for ran`, and how many times faster it was than each of the others, in hyperfine's words and by its
 * formula; null where fewer than two methods have a time.
 */
export function fetchSummary(series: readonly Series[]): string | null {
  const timed = series
    .flatMap((one) => {
      const times = timesOf(one);
      return times === null ? [] : [{ name: one.contender, times }];
    })
    .toSorted((one, other) => one.times.mean - other.times.mean);
  const [fastest, ...others] = timed;
  if (fastest === undefined || others.length === 0) return null;
  const lines = others.map(({ name, times }) => {
    const { ratio, stddev } = relativeSpeed(times, fastest.times);
    const plusMinus = stddev === null ? "" : ` ± ${stddev.toFixed(2)}`;
    return `${ratio.toFixed(2).padStart(8)}${plusMinus} times faster than ${name}`;
  });
  return [`${fastest.name} ran`, ...lines].join("\n");
}

function timesOf({ summary: { meanNs, stddevNs } }: Series): RunTimes | null {
  return meanNs === null || meanNs === 0 ? null : { mean: meanNs, stddev: stddevNs };
}

/** How much of the fastest program is its requests. */
function requestsNotes(shown: readonly Series[]): string[] {
  const [fastest] = shown
    .filter(({ summary }) => summary.meanNs !== null)
    .toSorted((one, other) => (one.summary.meanNs ?? 0) - (other.summary.meanNs ?? 0));
  const requestsNs = fastest?.extra.requestsNs;
  if (fastest === undefined || typeof requestsNs !== "number") return [];
  const { contender, summary } = fastest;
  return [
    `${contender}: ${formatLatency(requestsNs)} of ${formatLatency(summary.meanNs)} are its requests; the rest is the program's start and end`,
  ];
}

function serverNotes(shown: readonly Series[]): string[] {
  const known = shown.flatMap(({ extra }) => {
    const { serverCpuNs, serverPeakRssBytes } = extra;
    const isTold = typeof serverCpuNs === "number" && typeof serverPeakRssBytes === "number";
    return isTold ? [{ serverCpuNs, serverPeakRssBytes }] : [];
  });
  if (known.length === 0) return [];
  const cpus = known.map(({ serverCpuNs }) => serverCpuNs);
  const ends = new Set([Math.min(...cpus), Math.max(...cpus)].map(formatLatency));
  const peak = Math.max(...known.map(({ serverPeakRssBytes }) => serverPeakRssBytes));
  return [
    `the server, in a process of its own, used ${[...ends].join(" to ")} of CPU for each program, and held ${formatBytes(peak)} at most`,
  ];
}
