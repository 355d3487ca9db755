import type { Results, Series } from "../results/schema.ts";

type Cell = string | number | boolean | null | undefined;

/** A rate of the workloads and the ends of its interval: `tasks_per_second`. */
function ratesOf(noun: string): Readonly<Record<string, (series: Series) => Cell>> {
  const rate = ({ rates }: Series) => rates[`${noun}PerSecond`];
  return {
    [`${noun}_per_second`]: (series) => rate(series)?.value,
    [`${noun}_per_second_low`]: (series) => rate(series)?.interval?.[0],
    [`${noun}_per_second_high`]: (series) => rate(series)?.interval?.[1],
  };
}

/** A column for everything of a series that is one number or one word. Durations in nanoseconds. */
const columns: Readonly<Record<string, (series: Series) => Cell>> = {
  scenario: ({ scenario }) => scenario,
  contender: ({ contender }) => contender,
  runtime: ({ runtime }) => runtime,
  placement: ({ params }) => params.placement,
  loop: ({ params }) => params.loop,
  spawn: ({ params }) => params.spawn,
  threads: ({ params }) => params.threads,
  producers: ({ params }) => params.producers,
  payload_bytes: ({ params }) => params.payloadBytes,
  rate_per_second: ({ params }) => params.ratePerSecond,
  in_flight: ({ params }) => params.inFlight,
  work: ({ params }) => params.work,
  case: ({ params }) => params.case,
  control: ({ params }) => params.control,
  status: ({ status }) => status,
  count: ({ summary }) => summary.count,
  mean_ns: ({ summary }) => summary.meanNs,
  stddev_ns: ({ summary }) => summary.stddevNs,
  min_ns: ({ summary }) => summary.minNs,
  p50_ns: ({ summary }) => summary.p50Ns,
  p90_ns: ({ summary }) => summary.p90Ns,
  p95_ns: ({ summary }) => summary.p95Ns,
  p99_ns: ({ summary }) => summary.p99Ns,
  p999_ns: ({ summary }) => summary.p999Ns,
  p9999_ns: ({ summary }) => summary.p9999Ns,
  max_ns: ({ summary }) => summary.maxNs,
  relative_to: ({ relative }) => relative?.to,
  relative: ({ relative }) => relative?.ratio,
  relative_low: ({ relative }) => relative?.interval[0],
  relative_high: ({ relative }) => relative?.interval[1],
  verdict: ({ relative }) => relative?.verdict,
  sent: ({ audit }) => audit.sent,
  received: ({ audit }) => audit.received,
  lost: ({ audit }) => audit.lost,
  duplicated: ({ audit }) => audit.duplicated,
  reordered: ({ audit }) => audit.reordered,
  refused: ({ audit }) => audit.refused,
  mistaken: ({ audit }) => audit.mistaken,
  unparked: ({ audit }) => audit.unparked,
  harness_ns: ({ harnessNs }) => harnessNs,
  wakes_per_second: ({ rates }) => rates.wakesPerSecond?.value,
  wakes_per_second_low: ({ rates }) => rates.wakesPerSecond?.interval?.[0],
  wakes_per_second_high: ({ rates }) => rates.wakesPerSecond?.interval?.[1],
  wakes_per_entry: ({ extra }) => extra.wakesPerEntry,
  notify_p50_ns: ({ stages }) => stages.notify?.p50Ns,
  notify_p99_ns: ({ stages }) => stages.notify?.p99Ns,
  timer_late_p90_ns: ({ stages }) => stages.timer?.p90Ns,
  timer_late_p99_ns: ({ stages }) => stages.timer?.p99Ns,
  timer_late_max_ns: ({ stages }) => stages.timer?.maxNs,
  settle_ns: ({ extra }) => extra.settleNs,
  memory_growth_bytes: ({ extra }) => extra.memoryGrowthBytes,
  wall_ns: ({ cost }) => cost.wallNs,
  cpu_process_ns: ({ cost }) => cost.cpuProcessNs,
  cpu_loop_ns: ({ cost }) => cost.cpuLoopNs,
  cpu_worker_ns: ({ cost }) => cost.cpuWakerNs,
  cpu_other_ns: ({ cost }) => cost.cpuOtherNs,
  calls: ({ extra }) => extra.calls,
  answered: ({ extra }) => extra.answered,
  threw: ({ extra }) => extra.threw,
  cancelled: ({ extra }) => extra.cancelled,
  timed_out: ({ extra }) => extra.timedOut,
  calls_per_second: ({ rates }) => rates.callsPerSecond?.value,
  calls_per_second_low: ({ rates }) => rates.callsPerSecond?.interval?.[0],
  calls_per_second_high: ({ rates }) => rates.callsPerSecond?.interval?.[1],
  floor_ratio: ({ extra }) => extra.floorRatio,
  start_ns: ({ extra }) => extra.startNs,
  stop_ns: ({ extra }) => extra.stopNs,
  table: ({ params }) => params.table,
  done: ({ extra }) => extra.done,
  deciding_ns: ({ extra }) => extra.decidingNs,
  ...ratesOf("tasks"),
  ...ratesOf("operations"),
  ...ratesOf("requests"),
  late_p50_ns: ({ stages }) => stages.late?.p50Ns,
  late_p99_ns: ({ stages }) => stages.late?.p99Ns,
  burn_p50_ns: ({ stages }) => stages.burn?.p50Ns,
  burn_p99_ns: ({ stages }) => stages.burn?.p99Ns,
  peak_rss_bytes: ({ cost }) => cost.peakRssBytes,
  user_ns: ({ extra }) => extra.userNs,
  system_ns: ({ extra }) => extra.systemNs,
  requests_ns: ({ extra }) => extra.requestsNs,
  server_cpu_ns: ({ extra }) => extra.serverCpuNs,
  fault: ({ error }) => error,
};

/** One line a series, with a header (RFC 4180). */
export function renderCsv(results: Results): string {
  const lines = results.series.map((series) =>
    Object.values(columns).map((cellOf) => escapeCell(cellOf(series))),
  );
  return [Object.keys(columns), ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

function escapeCell(cell: Cell): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
