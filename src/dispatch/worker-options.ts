import { WakerbenchError } from "../errors.ts";
import { shown } from "./check-call.ts";
import type { CallOptions } from "./options.ts";
import { type WorkerChannel, workerChannels } from "./worker-protocol.ts";

/** How a `DedicatedWorker` is made. */
export type DedicatedWorkerOptions = {
  /**
   * How calls and answers travel.
   *
   * - `"post-message"` (the default): the Worker's own `postMessage`.
   * - `"message-port"`: a port of their own.
   * - `"atomics"`: the Worker sleeps in `Atomics.wait`, and single numbers lie in shared memory. Its event loop has
   *   turns only while an asynchronous job is under way: a timer or a socket of the module itself has none. Bun 1.4
   *   or newer.
   */
  readonly channel?: WorkerChannel | undefined;
  /**
   * Calls that may be on their way at once; one more is rejected with QUEUE_FULL. A call that was cancelled counts
   * until the Worker has taken notice. 1 to 1,048,576. Default: 1,024.
   */
  readonly capacity?: number | undefined;
  /** The timeout of calls that name none, milliseconds. Default: none. */
  readonly timeoutMs?: number | undefined;
  /**
   * The Worker has died when its module has not called `serve` by then, milliseconds. Default: 30,000.
   */
  readonly startTimeoutMs?: number | undefined;
  /** Options of the Worker itself: `smol`, `env`, `preload`, `name`. */
  readonly worker?: Bun.WorkerOptions | undefined;
};

/** What one call of a `DedicatedWorker` may be given. */
export type WorkerCallOptions = CallOptions & {
  /** What moves with the arguments instead of being copied: ArrayBuffers, ports. */
  readonly transfer?: readonly Bun.Transferable[] | undefined;
};

const names = ["channel", "capacity", "timeoutMs", "startTimeoutMs", "worker"];
const capacityMax = 2 ** 20;
/** What a timer can wait for. */
const startTimeoutMsMax = 2 ** 31 - 1;

/**
 * Fills in the defaults. `timeoutMs` is checked where it is used.
 *
 * @param bunVersion of the runtime that the worker is to run in
 * @throws WakerbenchError DISPATCH_OPTION_BAD, UNSUPPORTED
 */
export function checkWorkerOptions(
  options: DedicatedWorkerOptions,
  bunVersion: string = Bun.version,
): {
  readonly channel: WorkerChannel;
  readonly capacity: number;
  readonly timeoutMs: number | undefined;
  readonly startTimeoutMs: number;
} {
  if (typeof options !== "object" || options === null) {
    throw bad(`a worker has no options ${shown(options)}`, "leave them out");
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw bad(`a worker has no option "${unknown}"`, `there are ${names.join(", ")}`);
  }
  const { channel = workerChannels[0], capacity = 1024, startTimeoutMs = 30_000 } = options;
  if (!workerChannels.includes(channel)) {
    throw bad(`channel ${shown(channel)} is unknown`, `there are ${workerChannels.join(", ")}`);
  }
  if (channel === "atomics" && !Bun.semver.satisfies(bunVersion, ">=1.4.0-0")) {
    // Bun 1.3.14: a port's message that was sent may not be there yet, and promises of Atomics.waitAsync stay pending.
    throw new WakerbenchError("UNSUPPORTED", `Bun ${bunVersion} cannot do the channel "atomics"`, {
      remedy: 'use "post-message", or Bun 1.4 or newer',
    });
  }
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > capacityMax) {
    throw bad(
      `capacity ${shown(capacity)} is no whole number from 1 to ${capacityMax}`,
      "leave it out for 1024",
    );
  }
  if (!(startTimeoutMs > 0 && startTimeoutMs <= startTimeoutMsMax)) {
    throw bad(
      `startTimeoutMs ${shown(startTimeoutMs)} is no number of milliseconds`,
      "leave it out for 30000",
    );
  }
  return { channel, capacity, timeoutMs: options.timeoutMs, startTimeoutMs };
}

function bad(message: string, remedy: string): WakerbenchError {
  return new WakerbenchError("DISPATCH_OPTION_BAD", message, { remedy });
}
