import type { Library } from "../libraries/library.ts";

/** What it takes to start an agent and to load a library into it, nanoseconds. */
export function agentNs({ id }: Pick<Library, "id">): number {
  return id === "effect" ? 250e6 : 90e6;
}
