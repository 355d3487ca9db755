import { type Pointer, ptr } from "bun:ffi";
import { do_not_optimize } from "mitata";
import { findLibrary, loadLibrary, type Native } from "../src/native/library.ts";
import { plural } from "../src/report/format.ts";
import { Ring, type RingDoorbell } from "../src/ring.ts";
import { isSmoke } from "./call-bench.ts";

const capacity = isSmoke ? 4096 : 2 ** 18;
const rounds = isSmoke ? 1 : 15;
const floodItems = isSmoke ? 10_000 : 2_000_000;
const pollMs = 1;

/**
 * What does an item cost on its way through a ring? First each part by itself: a thread pushes into an
 * empty ring, then JavaScript takes what lies in it, nobody else being awake. Then all at once: threads
 * push for as long as it takes, and a handler hears.
 */
export async function run(): Promise<void> {
  const native = loadLibrary(findLibrary());
  for (const payload of ["u32", 64] as const) {
    const rows: Record<string, Record<string, string>> = {};
    for (const [name, part] of Object.entries(parts)) {
      const costsNs: number[] = [];
      for (let round = 0; round < rounds; round++) costsNs.push(await part(native, payload));
      costsNs.sort((a, b) => a - b);
      const nth = (share: number) => costsNs[Math.floor(share * (costsNs.length - 1))]?.toFixed(1);
      rows[name] = {
        "p50 ns": nth(0.5) ?? "-",
        "best ns": nth(0) ?? "-",
        "worst ns": nth(1) ?? "-",
      };
    }
    console.log(
      `• an item of ${payload === "u32" ? "4" : payload} bytes\n${Bun.inspect.table(rows)}`,
    );
  }
  const rows: Record<string, Record<string, string>> = {};
  for (const threads of [1, 8, 64]) {
    for (const doorbell of ["callback", "eventfd"] as const) {
      if (doorbell === "eventfd" && process.platform !== "linux") continue;
      rows[`${plural(threads, "thread")}, ${doorbell}`] = await flood(native, threads, doorbell);
    }
  }
  console.log(`• a flood of ${floodItems} items, heard by onItem\n${Bun.inspect.table(rows)}`);
}

type Payload = "u32" | 64;

/** Each gives the nanoseconds that one item took. */
const parts: Readonly<Record<string, (native: Native, payload: Payload) => Promise<number>>> = {
  push: pushCostNs,
  "drain, 4,096 at a time": drainCostNs,
  "drain and onBatch": (native, payload) =>
    hearCostNs(native, payload, (ring, all) => {
      let heard = 0;
      const width = payload === "u32" ? 1 : payload;
      ring.onBatch((items) => {
        heard += items.length / width;
        if (heard === capacity) all();
      });
    }),
  "drain and onItem": (native, payload) =>
    hearCostNs(native, payload, (ring, all) => {
      let heard = 0;
      ring.onItem((item) => {
        do_not_optimize(item);
        if (++heard === capacity) all();
      });
    }),
  "drain and for await": (native, payload) =>
    hearCostNs(native, payload, async (ring, all) => {
      let heard = 0;
      for await (const item of ring) {
        do_not_optimize(item);
        if (++heard === capacity) break;
      }
      all();
    }),
};

/** A ring that one thread has filled twice: its pages are there, and what it took was timed. */
async function filled(native: Native, payload: Payload) {
  const ring = new Ring<Payload>({ payload, capacity });
  const { pointer } = ring;
  const { wb_ring_release, wb_ring_discard } = native.symbols;
  await push(native, pointer);
  wb_ring_discard(pointer);
  const startedMs = performance.now();
  await push(native, pointer);
  const pushNs = ((performance.now() - startedMs) * 1e6) / capacity;
  wb_ring_release(pointer);
  return { ring, pointer, pushNs };
}

/** Fills a ring, and blocks the loop meanwhile: the ring has room for all. */
function push(native: Native, pointer: Pointer): void {
  const { wb_ring_pusher_start, wb_ring_pusher_join } = native.symbols;
  const pusher = wb_ring_pusher_start(pointer, 1, capacity, 0n);
  if (pusher === null) throw new Error("the pushing thread could not be made");
  wb_ring_pusher_join(pusher, new Float64Array(4));
}

async function pushCostNs(native: Native, payload: Payload): Promise<number> {
  const { ring, pushNs } = await filled(native, payload);
  ring.close();
  await ring.closed;
  return pushNs;
}

async function drainCostNs(native: Native, payload: Payload): Promise<number> {
  const { ring, pointer } = await filled(native, payload);
  const out = ptr(new ArrayBuffer(4096 * 64));
  const startedMs = performance.now();
  for (let taken = 0; taken < capacity; ) {
    const drained = native.symbols.wb_ring_drain(pointer, out, 4096);
    taken += drained >= 0 ? drained : -1 - drained;
  }
  const costNs = ((performance.now() - startedMs) * 1e6) / capacity;
  ring.close();
  await ring.closed;
  return costNs;
}

/** Turns of the event loop are part of it. */
async function hearCostNs(
  native: Native,
  payload: Payload,
  hear: (ring: Ring<Payload>, all: () => void) => void,
): Promise<number> {
  const { ring } = await filled(native, payload);
  const all = Promise.withResolvers<void>();
  const startedMs = performance.now();
  hear(ring, all.resolve);
  await all.promise;
  const costNs = ((performance.now() - startedMs) * 1e6) / capacity;
  await ring.end();
  return costNs;
}

async function flood(native: Native, threads: number, doorbell: RingDoorbell) {
  const { wb_ring_pusher_start, wb_ring_pusher_left, wb_ring_pusher_join, wb_ring_release } =
    native.symbols;
  const ring = new Ring({ payload: "u32", doorbell });
  const { pointer } = ring;
  ring.onItem(do_not_optimize);
  const startedMs = performance.now();
  const pusher = wb_ring_pusher_start(pointer, threads, Math.ceil(floodItems / threads), 0n);
  if (pusher === null) throw new Error(`${threads} threads could not be made`);
  wb_ring_release(pointer);
  while (wb_ring_pusher_left(pusher) > 0) await Bun.sleep(pollMs);
  await ring.end();
  const tookS = (performance.now() - startedMs) / 1000;
  wb_ring_pusher_join(pusher, new Float64Array(4));
  return {
    "million items/s": (ring.pushed / tookS / 1e6).toFixed(1),
    "rings of the bell": String(ring.rung),
    "entries into JavaScript": String(ring.entries),
  };
}

if (import.meta.main) await run();
