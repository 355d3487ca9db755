import { readFileSync } from "node:fs";

/** Cores that share a physical core with `core`, itself among them; empty where it cannot be told. */
export function siblingsOf(core: number): number[] {
  try {
    const path = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`;
    return parseCoreList(readFileSync(path, "utf8"));
  } catch {
    return [];
  }
}

/** Parses the kernel's list format: `0-2,7`. */
export function parseCoreList(text: string): number[] {
  return text
    .trim()
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first, last = first] = range.split("-").map(Number);
      if (first === undefined || last === undefined || Number.isNaN(last)) return [];
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
