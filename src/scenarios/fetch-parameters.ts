import { availableParallelism } from "node:os";
import type * as zod from "zod";
import { quantities } from "./quantities.ts";

export const fetchLimits = {
  requests: 10_000_000,
  /** Bun opens no more connections at a time. */
  chunk: 65_535,
  threads: 256,
  timeoutNs: { least: 1e6, most: 3_600e9 },
  rounds: 1_000,
} as const;

/** Parameters of the scenario `fetch`; the flags of the command line are made from it. */
export function fetchParameters(z: typeof zod) {
  const { count, duration } = quantities(z);
  const { requests, chunk, threads, timeoutNs, rounds } = fetchLimits;
  return z.object({
    requests: count(1, requests)
      .prefault("1000")
      .meta({ description: "requests of each program", alias: "r" }),
    chunk: count(1, chunk).optional().meta({
      description:
        "requests that are on their way at once, at most (default: 100, or all where there are fewer)",
      alias: "c",
    }),
    threads: count(1, threads).prefault(String(availableParallelism())).meta({
      description:
        "Workers of each pool; together they have no more requests on their way than that",
      // For what is printed elsewhere than on the machine that measures.
      defaultInWords: "the number of cores",
    }),
    host: z
      .string()
      .optional()
      .describe(
        "a server elsewhere, of `wakerbench serve` or any other (default: BENCHMARK_SERVER_HOST, else one is started here)",
      ),
    port: count(1, 65_535)
      .optional()
      .describe("its port (default: BENCHMARK_SERVER_PORT, else that of `wakerbench serve`)"),
    timeout: duration(timeoutNs.most, timeoutNs.least)
      .prefault("10s")
      .describe("a request that takes longer has failed"),
    warmup: count(0, rounds)
      .prefault("10")
      .describe("runs of each program that are made before and dropped"),
    runs: count(1, rounds).prefault("10").describe("runs of each program"),
  });
}

export type FetchParameters = zod.infer<ReturnType<typeof fetchParameters>>;
