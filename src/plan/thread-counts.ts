const shortTimeNs = 15e9;

/**
 * How many threads flood in a comparison that does not say: as it is written after `--threads`. A
 * short one has time for one number of them, if its floods shall not be too short.
 */
export function usualThreads(timeNs: number): string {
  return timeNs < shortTimeNs ? "8" : "1,8,64";
}
