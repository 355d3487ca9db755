import type { Native } from "../native/library.ts";

/** Those of some threads that have not ended. Where that cannot be told, all of them. */
export function livingThreads(ids: Iterable<number>, { symbols }: Native): readonly number[] {
  const started = Array.from(ids).filter((id) => id !== 0);
  if (process.platform !== "linux") return started;
  return started.filter((id) => symbols.wb_core_count_of(id) > 0);
}
