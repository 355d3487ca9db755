import { suggestion } from "../src/suggestion.ts";

/** What can be run, in this order. Each but `compare` is a file beside this one. */
export const benchNames = [
  "compare",
  "ffi",
  "clock",
  "recorder",
  "notify",
  "ring",
  "calls",
] as const;
export type BenchName = (typeof benchNames)[number];

export type BenchRequest = {
  readonly names: readonly BenchName[];
  readonly compareFlags: readonly string[];
  readonly help: boolean;
};

/**
 * Reads `[NAME…] [-- FLAG…]`. A flag need not be set off: `bun run bench --quick` reaches the script
 * without the two dashes.
 *
 * @returns the request, or what is wrong with it, in one line
 */
export function parseRequest(args: readonly string[]): BenchRequest | { readonly fault: string } {
  const firstFlag = args.findIndex((arg) => arg.startsWith("-"));
  const names = firstFlag < 0 ? args : args.slice(0, firstFlag);
  const rest = firstFlag < 0 ? [] : args.slice(firstFlag);
  const compareFlags = rest[0] === "--" ? rest.slice(1) : rest;
  const help = rest[0] === "--help" || rest[0] === "-h";
  const unknown = names.find((name) => !isBenchName(name));
  if (unknown !== undefined) return { fault: unknownName(unknown) };
  const known = names.length === 0 ? benchNames : names.filter(isBenchName);
  if (compareFlags.length > 0 && !help && !known.includes("compare")) {
    return { fault: `flags are for compare, which is not among ${known.join(", ")}` };
  }
  return { names: known, compareFlags, help };
}

function isBenchName(name: string): name is BenchName {
  return benchNames.some((known) => known === name);
}

function unknownName(name: string): string {
  const all = `there are ${benchNames.join(", ")}`;
  const close = suggestion(name, benchNames);
  return `there is no bench "${name}"; ${close === null ? all : `${close} (${all})`}`;
}
