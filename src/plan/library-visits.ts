import type { Library } from "../libraries/library.ts";

/** A run of few tasks is to be quick, and says less. */
const warmup = { taskNs: 20e3, leastNs: 80e6, mostNs: 200e6 } as const;

/**
 * How long a library's tasks are made before any is measured, nanoseconds. JavaScriptCore goes on compiling for long:
 * the second ten thousand tasks of promises and of Effect take twice the CPU of the fifth.
 */
export function libraryWarmupNs(tasks: number): number {
  return Math.min(warmup.mostNs, Math.max(warmup.leastNs, tasks * warmup.taskNs));
}

/** What it takes to start an agent and to load a library into it, nanoseconds. */
export function agentNs({ id }: Pick<Library, "id">): number {
  return id === "effect" ? 250e6 : 90e6;
}

/** What it takes to make a task, to wait in it once and to see it end, nanoseconds. */
export function taskNs({ id }: Pick<Library, "id">): number {
  if (id === "promises") return 2e3;
  return id === "effection" ? 70e3 : 8e3;
}
