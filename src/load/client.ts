import { type Pointer, ptr } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import { type LoadErrors, type LoadOrder, type LoadReport, loadErrorNames } from "./load.ts";

/** `Counters` of zig/load.zig, in its order. */
const counterNames = [
  "sent",
  "answered",
  "carried",
  "pending",
  ...loadErrorNames,
  "wallNs",
  "cpuClientNs",
  "connected",
  "harnessNs",
  "gaveUp",
  "core",
  "serverCpuProcessNs",
  "serverCpuLoopNs",
  "serverCpuWorkerNs",
  "serverCpuOtherNs",
  "serverVoluntarySwitches",
  "serverPeakRssBytes",
] as const;
type Counters = Readonly<Record<(typeof counterNames)[number], number>>;

/** How often it is asked whether the load is over: on the core that both may share, it costs nothing to speak of. */
const askEveryMs = 10;

/**
 * Puts a load on a server by a native thread of its own, and resolves when it is over: after the time that
 * was ordered, or sooner when the server is gone (`gaveUp`).
 *
 * @param signal ends the load at once; rejects with its reason, nothing of the load being left then
 * @throws WakerbenchError VISIT_FAILED without memory or a thread for it; PLACEMENT_MISMATCH when its thread
 * did not get its core
 */
export async function runLoad(
  native: Native,
  order: LoadOrder,
  signal?: AbortSignal,
): Promise<LoadReport> {
  signal?.throwIfAborted();
  using load = new Load(native, order);
  await load.run(signal);
  return load.report();
}

class Load implements Disposable {
  readonly #native: Native;
  readonly #order: LoadOrder;
  readonly #pointer: Pointer;

  constructor(native: Native, order: LoadOrder) {
    this.#native = native;
    this.#order = order;
    const { request, body, serverThreadIds } = order;
    const pointer = native.symbols.wb_load_open(
      configOf(order),
      Buffer.from(`${order.address}\0`),
      request,
      body.byteLength > 0 ? body : null,
      serverThreadIds.length > 0 ? Int32Array.from(serverThreadIds) : null,
    ) as Pointer | null;
    if (pointer === null) {
      throw new WakerbenchError(
        "VISIT_FAILED",
        `no load can be put on ${order.address}: no memory is left, or it is no IP address`,
        { remedy: "ask for fewer connections, and name the server by its address" },
      );
    }
    this.#pointer = pointer;
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    const { symbols } = this.#native;
    if (symbols.wb_load_start(this.#pointer) !== 0) {
      throw new WakerbenchError("VISIT_FAILED", "no thread is left for the load client", {
        remedy: "look at the limits of threads and memory (`ulimit -a`)",
      });
    }
    while (symbols.wb_load_is_over(this.#pointer) === 0) {
      if (signal?.aborted === true) symbols.wb_load_stop(this.#pointer);
      await Bun.sleep(askEveryMs);
    }
    signal?.throwIfAborted();
  }

  report(): LoadReport {
    const { symbols } = this.#native;
    const counters = readCounters(counterNames, (out) =>
      symbols.wb_load_counters(this.#pointer, out),
    );
    this.#requireCore(counters.core);
    const most = Math.max(1, this.#order.mostSamples);
    const latencyNs = new Float64Array(most);
    const lateNs = new Float64Array(most);
    const count = symbols.wb_load_collect(this.#pointer, ptr(latencyNs), ptr(lateNs));
    const { sent, answered, carried, pending, wallNs, cpuClientNs, connected, harnessNs } =
      counters;
    return {
      latencyNs: Array.from(latencyNs.subarray(0, count)),
      lateNs: this.#order.ratePerSecond === null ? [] : Array.from(lateNs.subarray(0, count)),
      sent,
      answered,
      carried,
      pending,
      errors: Object.fromEntries(
        loadErrorNames.map((name) => [name, counters[name]]),
      ) as LoadErrors,
      gaveUp: counters.gaveUp === 1,
      wallNs,
      cpuClientNs,
      clientBusy: wallNs > 0 ? Math.min(1, cpuClientNs / wallNs) : 0,
      connected,
      server: serverOf(counters),
      harnessNs: orNull(harnessNs),
    };
  }

  /** Where threads cannot be pinned nobody orders a core. */
  #requireCore(pinned: number): void {
    const { core } = this.#order;
    if (core < 0 || pinned === core) return;
    throw new WakerbenchError(
      "PLACEMENT_MISMATCH",
      `the load client was to run on core ${core}, but the kernel did not grant it`,
      { remedy: "leave it that core (taskset, cpusets), or let nothing be pinned" },
    );
  }

  [Symbol.dispose](): void {
    this.#native.symbols.wb_load_close(this.#pointer);
  }
}

function serverOf(counters: Counters): LoadReport["server"] {
  if (counters.serverCpuProcessNs < 0) return null;
  return {
    cpuProcessNs: counters.serverCpuProcessNs,
    cpuLoopNs: orNull(counters.serverCpuLoopNs),
    cpuWorkerNs: orNull(counters.serverCpuWorkerNs),
    cpuOtherNs: orNull(counters.serverCpuOtherNs),
    voluntarySwitches: orNull(counters.serverVoluntarySwitches),
    peakRssBytes: counters.serverPeakRssBytes,
  };
}

/** Native code says -1 where it does not know. */
function orNull(number: number): number | null {
  return number < 0 ? null : number;
}

/** Lays out `Config` of zig/load.zig. */
function configOf(order: LoadOrder): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(Math.round(order.warmupNs)), true);
  view.setBigUint64(8, BigInt(Math.round(order.durationNs)), true);
  view.setBigUint64(16, BigInt(Math.round(order.timeoutNs)), true);
  view.setUint32(24, order.request.byteLength, true);
  view.setUint32(28, order.body.byteLength, true);
  view.setUint32(32, order.connections, true);
  view.setUint32(36, order.ratePerSecond ?? 0, true);
  view.setUint32(40, order.protocol === "tcp" ? 1 : 0, true);
  view.setUint32(44, order.mostSamples, true);
  view.setUint32(48, order.port, true);
  view.setInt32(52, order.core, true);
  view.setInt32(56, order.serverPid, true);
  view.setUint32(60, order.serverThreadIds.length, true);
  return bytes;
}
