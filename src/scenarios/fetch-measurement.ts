import type { Fetched } from "../fetchers/fetcher.ts";
import type { FetchJob } from "./workload-job.ts";
import type { WorkloadMeasurement } from "./workload-measurement.ts";

/**
 * What a program can tell of its requests from inside. Its times are those of the requests alone; whoever
 * started it knows how long the whole of it took.
 *
 * @param wallNs from the first request until the last answer
 */
export async function measurementOf(
  { parameters }: FetchJob,
  fetched: Fetched,
  wallNs: number,
): Promise<WorkloadMeasurement<"fetch">> {
  const { sent, answered, mistaken, refused, failed, fault } = fetched;
  const cpuUs = process.cpuUsage();
  return {
    scenario: "fetch",
    parameters,
    latencyNs: fault === null ? [wallNs] : [],
    stages: {},
    done: answered,
    decidingNs: fault === null ? wallNs / answered : null,
    audit: { sent, received: answered, lost: failed, duplicated: 0, mistaken: refused + mistaken },
    cost: {
      wallNs,
      cpuProcessNs: (cpuUs.user + cpuUs.system) * 1e3,
      cpuLoopNs: null,
      cpuWorkerNs: null,
      cpuOtherNs: null,
      voluntarySwitches: null,
      peakRssBytes: await peakRssBytes(),
    },
    counts: {},
    levels: { requestsNs: wallNs },
    marks: {},
    harnessNs: null,
    fault,
  };
}

/**
 * Linux counts to `maxRSS` what the parent held when this process was made of it: there the program's own peak
 * stands in procfs alone, which cannot be read where no descriptor is left.
 */
async function peakRssBytes(): Promise<number> {
  try {
    const status = await Bun.file("/proc/self/status").text();
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
