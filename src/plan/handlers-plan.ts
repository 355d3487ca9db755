import type { Handler } from "../handlers/handler.ts";
import { handlers } from "../scenarios/handlers.ts";
import type { HandlersParameters } from "../scenarios/handlers-parameters.ts";
import type { HandlersJob } from "../scenarios/workload-job.ts";
import type { WorkloadPlace, WorkloadPlan } from "./workload.ts";

/** What it takes to start an agent and the server that it asks, and to end both. */
const startNs = 120e6;
/** A warm-up is as long as what is measured, within these bounds: JavaScriptCore has compiled what is hot by then. */
const warmup = { leastNs: 20e6, mostNs: 250e6, share: 0.5 } as const;

/** Each handler is under load once a round. */
export const handlersPlan: WorkloadPlan<HandlersParameters, HandlersJob, Handler> = {
  scenario: handlers,
  quick: { duration: "750ms", rounds: "3" },
  hasControl: true,
  rounds: ({ rounds }) => rounds,
  cases: () => [""],
  tableOf: ({ rate }, { kind }) => (rate === undefined ? kind : `${kind}-open`),
  job: (parameters, _handler, _case, place) => ({
    case: "",
    connections: parameters.connections,
    warmupNs: warmupNs(parameters),
    durationNs: durationNs(parameters),
    ratePerSecond: parameters.rate ?? null,
    payloadBytes: parameters.payload,
    waitNs: parameters.wait,
    ...coresFor(place),
  }),
  params: ({ connections, duration, rate, payload, wait }, { kind }) => ({
    connections,
    durationNs: duration,
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    ...(kind === "echo" ? { payloadBytes: payload } : {}),
    ...(kind === "wait" ? { waitNs: wait } : {}),
  }),
  expectedNs(parameters, { id }) {
    const { wait, connections } = parameters;
    // A warm-up lasts until each connection has had an answer, and here they come one after the other.
    const queueNs = id === "sync-blocking" ? 3 * wait * connections : 0;
    return startNs + Math.max(warmupNs(parameters), queueNs) + durationNs(parameters);
  },
};

/** Of one round. */
function durationNs({ duration, rounds }: HandlersParameters): number {
  return Math.ceil(duration / rounds);
}

function warmupNs(parameters: HandlersParameters): number {
  const ownNs = warmup.share * durationNs(parameters);
  return Math.round(Math.min(warmup.mostNs, Math.max(warmup.leastNs, ownNs)));
}

/**
 * The last core is the client's, the others are the server's: neither takes from the other what it is measured
 * by. With one core there is nothing to be shared out.
 */
function coresFor({ cores }: WorkloadPlace): Pick<HandlersJob, "serverCores" | "clientCore"> {
  const clientCore = cores.at(-1);
  if (clientCore === undefined || cores.length < 2) return { serverCores: [], clientCore: -1 };
  return { serverCores: cores.slice(0, -1), clientCore };
}
