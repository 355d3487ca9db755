import { WakerbenchError } from "../errors.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import { fetchScenario } from "../scenarios/fetch.ts";
import type { FetchParameters } from "../scenarios/fetch-parameters.ts";
import type { FetchJob } from "../scenarios/workload-job.ts";
import { fetchTarget, urlOf } from "./fetch-target.ts";
import type { WorkloadPlan } from "./workload.ts";

const usualChunk = 100;

/** Start and end of a program, what a request takes it, and of a pool each Worker; nanoseconds. */
const expected = { programNs: 30e6, requestNs: 40e3, workerNs: 6e6 } as const;

/** How often each of the pool's methods makes a pool. */
const pools: Readonly<Record<string, (chunks: number) => number>> = {
  "threads-recreate": (chunks) => chunks,
  "threads-reuse": () => 1,
  "threads-map": () => 1,
};

/** Each run is a round, as hyperfine's are, but all programs take turns. */
export const fetchPlan: WorkloadPlan<FetchParameters, FetchJob, Fetcher> = {
  scenario: fetchScenario,
  quick: { warmup: "1", runs: "3" },
  hasControl: true,
  check(parameters) {
    const { requests, chunk = 0 } = parameters;
    fetchTarget(parameters, process.env);
    if (chunk <= requests) return;
    throw new WakerbenchError(
      "USAGE",
      `--chunk: ${chunk} requests cannot be on their way at once, where there are ${requests}`,
      { remedy: `ask for --chunk ${requests} or less, or for --requests ${chunk} or more` },
    );
  },
  rounds: ({ runs }) => runs,
  warmupRounds: ({ warmup }) => warmup,
  cases: () => [""],
  tableOf: () => "",
  job: (parameters) => ({
    case: "",
    // The stage knows the server: it may have to be started.
    url: "",
    body: null,
    requests: parameters.requests,
    chunk: chunkOf(parameters),
    threads: parameters.threads,
    timeoutNs: parameters.timeout,
  }),
  params(parameters) {
    const { requests, threads } = parameters;
    const target = fetchTarget(parameters, process.env);
    const server = target === null ? "own" : urlOf(target);
    return { requests, chunk: chunkOf(parameters), threads, server };
  },
  expectedNs(parameters, { id }) {
    const { requests, threads } = parameters;
    const chunks = Math.ceil(requests / chunkOf(parameters));
    const workers = (pools[id]?.(chunks) ?? 0) * threads;
    return expected.programNs + requests * expected.requestNs + workers * expected.workerNs;
  },
  async stage(parameters, place) {
    // Only here: help needs no server.
    const { openFetchStage } = await import("../fetchers/stage.ts");
    const target = fetchTarget(parameters, process.env);
    return openFetchStage(target, parameters.timeout, place);
  },
};

function chunkOf({ requests, chunk }: FetchParameters): number {
  return chunk ?? Math.min(usualChunk, requests);
}
