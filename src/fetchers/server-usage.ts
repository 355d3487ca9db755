import { readdirSync, readFileSync } from "node:fs";

/** What a process has used since it began. */
export type ServerUsage = { readonly cpuNs: number; readonly peakRssBytes: number };

/**
 * CPU of all living threads of another process, and the most memory that it held; null where procfs does not
 * tell, or it is gone.
 *
 * Source: the kernel's Documentation/scheduler/sched-stats.rst, the first figure of schedstat
 */
export function readServerUsage(pid: number): ServerUsage | null {
  try {
    const folder = `/proc/${pid}`;
    const spentNs = readdirSync(`${folder}/task`).map((id) =>
      Number(readFileSync(`${folder}/task/${id}/schedstat`, "utf8").split(" ")[0]),
    );
    const peakKb = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`${folder}/status`, "utf8"))?.[1];
    if (peakKb === undefined || spentNs.some(Number.isNaN)) return null;
    return {
      cpuNs: spentNs.reduce((sum, each) => sum + each, 0),
      peakRssBytes: Number(peakKb) * 1024,
    };
  } catch {
    return null;
  }
}
