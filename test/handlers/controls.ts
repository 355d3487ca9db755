import { join } from "node:path";
import { readWithBun } from "../../src/agent/reader.ts";
import type { Handler } from "../../src/handlers/handler.ts";
import { startServer } from "../../src/handlers/server-process.ts";
import { builtLibraryPath, loadLibrary } from "../../src/native/library.ts";
import { visitHandler } from "../../src/scenarios/handlers-visit.ts";
import type { HandlersJob } from "../../src/scenarios/workload-job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";

/** A handler whose fault, or whose cost, is known: `fixtures/control-server.ts`. */
export type Control =
  | "sound"
  | "late"
  | "spins"
  | "mistaken"
  | "fails"
  | "silent"
  | "exits"
  | "crashes"
  | "strays"
  | "resets"
  | "raves";

export const native = loadLibrary(builtLibraryPath);

/** A load that is short, and on no core in particular. */
export const briefly = {
  connections: 4,
  warmupNs: 20e6,
  durationNs: 250e6,
  ratePerSecond: null,
  payloadBytes: 64,
  waitNs: 1e6,
  serverCores: [],
  clientCore: -1,
} as const satisfies Partial<HandlersJob>;

/** One visit, made here: the server is a process of its own all the same. */
export async function visitOf(
  handler: Pick<Handler, "id" | "kind" | "protocol">,
  job: Partial<HandlersJob> = {},
  start: typeof startServer = startServer,
): Promise<WorkloadMeasurement<"handlers">> {
  const whole: HandlersJob = {
    scenario: "handlers",
    approach: handler.id,
    parameters: {},
    libraryPath: builtLibraryPath,
    parentPid: process.pid,
    case: "",
    seed: 1,
    ...briefly,
    ...job,
  };
  const approach = handler as Handler;
  return visitHandler({ job: whole, approach, native, read: readWithBun }, start);
}

/** One visit of a control. */
export function controlled(
  control: Control,
  job: Partial<HandlersJob> = {},
): Promise<WorkloadMeasurement<"handlers">> {
  const entry = join(import.meta.dirname, "fixtures", "control-server.ts");
  return visitOf({ id: control, kind: "answer", protocol: "http" }, job, (order, options) =>
    startServer(order, { ...options, entry }),
  );
}
