import type { Fetcher } from "../fetchers/fetcher.ts";
import { fetcherCatalogue } from "../fetchers/index.ts";
import { measurementOf } from "./fetch-measurement.ts";
import { fetchParameters } from "./fetch-parameters.ts";
import type { Scenario } from "./scenario.ts";
import type { FetchJob } from "./workload-job.ts";

/** Whole programs that make requests to a server in another process. */
export const fetchScenario: Scenario<FetchJob, Fetcher> = {
  id: "fetch",
  title: "Fetch",
  summary: "threads against async as an HTTP client: whole programs that make a thousand requests",
  parameters: fetchParameters,
  catalogue: fetcherCatalogue,
  defaultContenders: ["async-for", "async-map", "threads-reuse", "threads-map", "threads-recreate"],
  /** The runner starts a leaner program (src/agent/fetch.ts), which measures the same. */
  async visit({ job, approach }) {
    const beganNs = Bun.nanoseconds();
    const fetched = await approach.run(job);
    return [await measurementOf(job, fetched, Bun.nanoseconds() - beganNs)];
  },
};
