import { answerText } from "../handlers/answers.ts";
import type { Handler } from "../handlers/handler.ts";
import type { ServerEnd, ServerProcess, startServer } from "../handlers/server-process.ts";
import { runLoad } from "../load/client.ts";
import { type LoadErrors, type LoadOrder, type LoadReport, loadErrorNames } from "../load/load.ts";
import { getRequest, postRequest } from "../load/requests.ts";
import { strayThreads } from "../native/placing.ts";
import { medianOf } from "../stats/percentile.ts";
import { loadFault } from "./handlers-fault.ts";
import type { Visit } from "./scenario.ts";
import type { HandlersJob } from "./workload-job.ts";
import type { WorkloadAudit, WorkloadCost, WorkloadMeasurement } from "./workload-measurement.ts";

/** A process that is started on a machine where everything else runs, too. */
const startTimeoutMs = 20_000;
/** Beyond what the waits of all connections take one after the other. */
const answerTimeoutNs = 5e9;
/** More samples of one visit tell nothing more. */
const mostSamples = 2 ** 16;
/** How long a server that seems to be gone is given to be seen to have ended. */
const endPatienceMs = 2_000;
const address = "127.0.0.1";

/**
 * One visit: the server in a process of its own, the load from a thread of this one.
 *
 * @param start how a server is started
 */
export async function visitHandler(
  { job, approach, native }: Visit<HandlersJob, Handler>,
  start: typeof startServer,
): Promise<WorkloadMeasurement<"handlers">> {
  await using server = await start(
    {
      handler: approach.id,
      parameters: job.parameters,
      libraryPath: job.libraryPath,
      parentPid: process.pid,
      hostname: address,
      port: 0,
      waitMs: job.waitNs / 1e6,
      cores: job.serverCores,
    },
    { timeoutMs: startTimeoutMs },
  );
  const order = orderOf(job, approach, server);
  const report = await runLoad(native, order);
  const end = await endOf(server, report);
  const strays = strayThreads(native, server.pid, job.serverCores);
  const { connections } = job;
  const { timeoutNs } = order;
  return measurementOf(job, report, loadFault(report, { end, strays, connections, timeoutNs }));
}

function orderOf(job: HandlersJob, approach: Handler, server: ServerProcess): LoadOrder {
  const { port } = server;
  const payload = payloadOf(job.payloadBytes);
  const isEcho = approach.kind === "echo";
  const asked = isEcho ? postRequest(address, port, payload) : getRequest(address, port);
  return {
    address,
    port,
    connections: job.connections,
    warmupNs: job.warmupNs,
    durationNs: job.durationNs,
    ratePerSecond: job.ratePerSecond,
    protocol: approach.protocol,
    request: approach.protocol === "tcp" ? payload : asked,
    body: isEcho ? payload : new TextEncoder().encode(answerText),
    core: job.clientCore,
    serverPid: server.pid,
    serverThreadIds: server.threadIds,
    // Where each wait blocks all others, a connection waits for all those before it.
    timeoutNs: answerTimeoutNs + (approach.kind === "wait" ? 6 * job.waitNs * job.connections : 0),
    mostSamples,
  };
}

/** Bytes of which no two neighbours are alike, so that an echo that shifts or cuts them is seen. */
function payloadOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** How the server ended, if it did: looked at longer where connections failed. */
async function endOf(server: ServerProcess, report: LoadReport): Promise<ServerEnd | null> {
  const { refused, reset } = report.errors;
  const isSuspicious = report.gaveUp || report.server === null || refused + reset > 0;
  const still = Promise.withResolvers<null>();
  const timer = setTimeout(() => still.resolve(null), isSuspicious ? endPatienceMs : 0);
  try {
    return await Promise.race([server.ended, still.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function measurementOf(
  job: HandlersJob,
  report: LoadReport,
  fault: string | null,
): WorkloadMeasurement<"handlers"> {
  const { answered, wallNs, lateNs, latencyNs, errors } = report;
  return {
    scenario: "handlers",
    parameters: job.parameters,
    latencyNs,
    stages: job.ratePerSecond === null ? {} : { late: lateNs },
    done: answered,
    decidingNs: decidingNs(job, report),
    audit: auditOf(report),
    cost: costOf(report),
    counts: {
      ...countsOf(errors),
      clientCpuNs: report.cpuClientNs,
      unanswered: report.pending,
    },
    levels: {
      clientBusy: report.clientBusy,
      serverBusy: serverBusy(job, report),
      serverCoresBusy: report.server === null ? null : report.server.cpuProcessNs / wallNs,
      connected: report.connected,
      clientRssBytes: process.memoryUsage.rss(),
    },
    marks: { cores: coresOf(job) },
    harnessNs: report.harnessNs,
    fault,
  };
}

/** Where more of what was due stays without an answer, the times of the others are not those of all. */
const mostUnanswered = 0.01;

/** How many are answered in a second decides, unless a schedule has: then how soon they are. */
function decidingNs(
  { ratePerSecond }: HandlersJob,
  { answered, pending, wallNs, latencyNs }: LoadReport,
): number | null {
  if (ratePerSecond === null) return answered > 0 ? wallNs / answered : null;
  return pending > mostUnanswered * (answered + pending) ? null : medianOf(latencyNs);
}

/** What was asked and decided in the measured part; what was under way at its end is none of it. */
function auditOf({ answered, errors }: LoadReport): WorkloadAudit {
  const lost = errors.timeout + errors.reset;
  const mistaken = errors.status + errors.garbage;
  return { sent: answered + lost + mistaken, received: answered, lost, duplicated: 0, mistaken };
}

/** Of the server's process. */
function costOf({ server, wallNs }: LoadReport): WorkloadCost {
  return {
    wallNs,
    cpuProcessNs: server?.cpuProcessNs ?? 0,
    cpuLoopNs: server?.cpuLoopNs ?? null,
    cpuWorkerNs: server?.cpuWorkerNs ?? null,
    cpuOtherNs: server?.cpuOtherNs ?? null,
    voluntarySwitches: server?.voluntarySwitches ?? null,
    peakRssBytes: server?.peakRssBytes ?? 0,
  };
}

/** `errors`, and `errorsRefused` and so on. */
function countsOf(errors: LoadErrors): Record<string, number> {
  const each = loadErrorNames.map((name) => {
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [`errors${title}`, errors[name]] as const;
  });
  const all = each.reduce((sum, [, count]) => sum + count, 0);
  return { errors: all, ...Object.fromEntries(each) };
}

/**
 * How near the server is to what it can do, 0 to 1: the share of the time in which its loop ran, or the
 * thread that works for it, or all of its cores.
 */
function serverBusy({ serverCores }: HandlersJob, { server, wallNs }: LoadReport): number | null {
  if (server === null || wallNs === 0) return null;
  const { cpuLoopNs, cpuWorkerNs, cpuProcessNs } = server;
  const ofCores = serverCores.length === 0 ? 0 : cpuProcessNs / serverCores.length;
  return Math.min(1, Math.max(cpuLoopNs ?? 0, cpuWorkerNs ?? 0, ofCores) / wallNs);
}

function coresOf({ serverCores, clientCore }: HandlersJob): string {
  if (serverCores.length === 0) return "unpinned";
  return `client on core ${clientCore}, server on ${serverCores.join(" ")}`;
}
