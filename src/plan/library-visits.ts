import type { Library } from "../libraries/library.ts";

/** What it takes to start an agent and to load a library into it, nanoseconds. */
export function agentNs({ id }: Pick<Library, "id">): number {
  return id === "effect" ? 250e6 : 90e6;
}

/** What it takes to make a task, to wait in it once and to see it end, nanoseconds. */
export function taskNs({ id }: Pick<Library, "id">): number {
  if (id === "promises") return 2e3;
  return id === "effection" ? 70e3 : 8e3;
}
