import { readdirSync, readFileSync } from "node:fs";

/** Processes are looked up in procfs. */
export const canSeeProcesses = process.platform === "linux";

const deadlineMs = 20_000;
const pollMs = 2;

/** The living processes whose command line holds all of the marks, by id. */
export function processesWith(...marks: readonly string[]): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const line = commandLine(pid);
      return marks.every((mark) => line.includes(mark));
    })
    .map(Number);
}

/** The agents of a runner: each has its runner's id in its job. */
export function agentsOf(runnerPid: number, ...marks: readonly string[]): number[] {
  return processesWith(`"parentPid":${runnerPid},`, ...marks);
}

/** Empty for a process that is gone, or dead and not yet waited for. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Looks again and again until `look` finds something. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`it never came: ${what}`);
    await Bun.sleep(pollMs);
  }
}

/** Resolves once that many agents have been started one after another. */
export async function untilAgents(runnerPid: number, count: number): Promise<void> {
  const seen = new Set<number>();
  await until(`${count} agents`, () => {
    for (const pid of agentsOf(runnerPid)) seen.add(pid);
    return seen.size >= count;
  });
}
