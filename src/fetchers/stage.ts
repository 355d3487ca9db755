import { WakerbenchError } from "../errors.ts";
import { answerText } from "../handlers/answers.ts";
import {
  describeEnd,
  type ServerEnd,
  type ServerProcess,
  startServer,
} from "../handlers/server-process.ts";
import { resolveHost } from "../load/resolve.ts";
import { type FetchTarget, urlOf } from "../plan/fetch-target.ts";
import type { WorkloadStage } from "../plan/workload.ts";
import type { ProcessUsage } from "../runner/child-process.ts";
import type { FetchJob } from "../scenarios/workload-job.ts";
import type { WorkloadMeasurement } from "../scenarios/workload-measurement.ts";
import type { Reply } from "./ask.ts";
import { askDirectly } from "./direct.ts";
import { readServerUsage } from "./server-usage.ts";
import { reasonOf } from "./tally.ts";

type Measured = WorkloadMeasurement<"fetch">;
type Stage = WorkloadStage<FetchJob>;
type Place = { readonly libraryPath: string; readonly signal: AbortSignal };

const startTimeoutMs = 20_000;

/**
 * The server of all programs: the one that was named, which is asked once, or one of ours.
 *
 * @param target null: none was named
 * @param timeoutNs within which the one that was named has to answer
 * @throws WakerbenchError HOST_UNKNOWN, SERVER_UNREACHABLE; SERVER_FAILED for ours; the reason of a signal that
 *   aborts
 */
export async function openFetchStage(
  target: FetchTarget | null,
  timeoutNs: number,
  place: Place,
): Promise<Stage> {
  return target === null ? startOwn(place) : reach(target, timeoutNs, place);
}

async function reach(target: FetchTarget, timeoutNs: number, { signal }: Place): Promise<Stage> {
  const url = urlOf(target);
  // Its programs look it up themselves, as those of a user do.
  await resolveHost(target.host);
  const reply = await askDirectly(url, timeoutNs / 1e6, signal);
  signal.throwIfAborted();
  if ("code" in reply) throw unreachable(target, reply);
  // One of ours: whatever else it should answer is wrong.
  const isOurs = reply.status === 200 && reply.body === answerText;
  return {
    job: { url, body: isOurs ? answerText : null },
    settle: (measurement, usage) => seenFromOutside(measurement, usage),
    async [Symbol.asyncDispose]() {},
  };
}

function unreachable(target: FetchTarget, reply: Extract<Reply, { code: string }>) {
  const { host, port } = target;
  const message = `no server answers at ${urlOf(target)}: ${reasonOf(reply)}`;
  const remedy = `start one there: wakerbench serve --host ${host} --port ${port}`;
  return new WakerbenchError("SERVER_UNREACHABLE", message, { remedy });
}

async function startOwn({ libraryPath, signal }: Place): Promise<Stage> {
  const order = { handler: "sync", parameters: {}, libraryPath, hostname: "127.0.0.1", port: 0 };
  const server = await startServer(
    { ...order, parentPid: process.pid, waitMs: 0, cores: [] },
    { signal, timeoutMs: startTimeoutMs },
  );
  const { port } = server;
  const watched = new WatchedServer(server);
  return {
    job: { url: urlOf({ host: "127.0.0.1", port }), body: answerText },
    settle: (measurement, usage) => watched.settle(seenFromOutside(measurement, usage)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A run that failed is no figure: only what became of its requests is kept. */
function seenFromOutside(
  measurement: Measured,
  { wallNs, userNs, systemNs }: ProcessUsage,
): Measured {
  const { fault, done, cost } = measurement;
  const isGood = fault === null;
  return {
    ...measurement,
    latencyNs: isGood ? [wallNs] : [],
    decidingNs: isGood ? wallNs / done : null,
    cost: { ...cost, wallNs: isGood ? wallNs : 0, cpuProcessNs: userNs + systemNs },
    counts: { ...measurement.counts, userNs, systemNs },
  };
}

/** What our own server used during each program, and how it ended where it did. */
class WatchedServer {
  readonly #pid: number;
  #end: ServerEnd | null = null;
  #cpuNs: number;

  constructor({ pid, ended }: ServerProcess) {
    this.#pid = pid;
    this.#cpuNs = readServerUsage(pid)?.cpuNs ?? 0;
    void ended.then((end) => {
      this.#end = end;
    });
  }

  settle(measurement: Measured): Measured {
    const usage = readServerUsage(this.#pid);
    const serverCpuNs = usage === null ? null : usage.cpuNs - this.#cpuNs;
    this.#cpuNs = usage?.cpuNs ?? this.#cpuNs;
    const serverPeakRssBytes = usage?.peakRssBytes ?? null;
    const { fault, levels } = measurement;
    const end = this.#end === null ? "" : `; the server had ended: ${describeEnd(this.#end)}`;
    return {
      ...measurement,
      levels: { ...levels, serverCpuNs, serverPeakRssBytes },
      fault: fault === null ? null : `${fault}${end}`,
    };
  }
}
