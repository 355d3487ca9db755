import { messageOf } from "../errors.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import { measurementOf } from "../scenarios/fetch-measurement.ts";
import type { FetchJob } from "../scenarios/workload-job.ts";
import type { AgentMessage } from "./messages.ts";

/**
 * The program whose whole life is measured in the scenario `fetch`: the runtime's start, one fetcher, its
 * requests, the end. It loads nothing that a program of a user's would not: no native library, no other
 * fetcher. What it used is told by its parent, who sees all of it.
 */

const answersFd = 3;
const watchMs = 250;

const fetchers: Readonly<Record<string, () => Promise<Fetcher>>> = {
  "threads-recreate": async () => (await import("../fetchers/threads-recreate.ts")).threadsRecreate,
  "threads-reuse": async () => (await import("../fetchers/threads-reuse.ts")).threadsReuse,
  "threads-map": async () => (await import("../fetchers/threads-map.ts")).threadsMap,
  "async-for": async () => (await import("../fetchers/async-for.ts")).asyncFor,
  "async-map": async () => (await import("../fetchers/async-map.ts")).asyncMap,
};

async function main(job: FetchJob): Promise<boolean> {
  // Agents ask the kernel to end with their parent; that would take the native library.
  const { parentPid } = job;
  if (parentPid !== 0)
    setInterval(() => process.ppid !== parentPid && process.exit(1), watchMs).unref();
  const load = fetchers[job.approach];
  if (load === undefined) throw new Error(`unknown fetcher ${job.approach}`);
  const fetcher = await load();
  const beganNs = Bun.nanoseconds();
  const fetched = await fetcher.run(job);
  const measurement = await measurementOf(job, fetched, Bun.nanoseconds() - beganNs);
  await answer({ type: "measured", measurements: [measurement] });
  return fetched.fault === null;
}

/** Not by node:fs, which takes 3 ms to load: a tenth of what a program takes. */
async function answer(message: AgentMessage): Promise<void> {
  await Bun.write(Bun.file(answersFd), `${JSON.stringify(message)}\n`);
}

try {
  const isRight = await main(JSON.parse(process.argv.at(-1) ?? "") as FetchJob);
  process.exit(isRight ? 0 : 1);
} catch (error) {
  await answer({ type: "failed", code: "VISIT_FAILED", message: messageOf(error), remedy: null });
  console.error(error);
  process.exit(1);
}
