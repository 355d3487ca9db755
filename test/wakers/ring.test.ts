import { type Pointer, ptr } from "bun:ffi";
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { ring } from "../../src/wakers/ring.ts";
import { until } from "../cli/processes.ts";
import { jobOf, visitInAgent, visitWakes } from "../examples/agent-visit.ts";

setDefaultTimeout(60_000);

const variants = (ring.variants ?? []).map((variant) => variant.doorbell ?? "");
const nothingAmiss = {
  sent: visitWakes,
  received: visitWakes,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  foreign: 0,
};

test.each(variants)("doorbell %s: hears every wake of an idle loop", async (doorbell) => {
  const outcome = await visitInAgent({ waker: "ring", parameters: { doorbell } });
  expect(outcome).toMatchObject({ status: "ok" });
  expect(outcome.measurements[0]?.counters).toMatchObject(nothingAmiss);
});

test("hears every wake of threads that live for one wake", async () => {
  const outcome = await visitInAgent({ waker: "ring", spawn: "per-wake" });
  expect(outcome).toMatchObject({ status: "ok" });
  expect(outcome.measurements[0]?.counters).toMatchObject(nothingAmiss);
});

test("stamps the first line of the user's JavaScript that a wake runs", async () => {
  const outcome = await visitInAgent({ waker: "ring", stages: true });
  const { wakeNs = [], enterNs = [] } = outcome.measurements[0] ?? {};
  expect(enterNs.length).toBeGreaterThan(0);
  expect(enterNs.length).toBe(wakeNs.length);
  expect(enterNs.every((enteredNs, index) => enteredNs <= (wakeNs[index] ?? 0))).toBeTrue();
});

test.each([0, 8, 64])(
  "carries %d bytes beside the number, many in one entry",
  async (payloadBytes) => {
    const calls = 20_000;
    const libraryPath = findLibrary();
    const native = loadLibrary(libraryPath);
    const { symbols } = native;
    const producer = symbols.wb_producer_open(calls) as Pointer;
    const seam = symbols.wb_producer_seam(producer) as Pointer;
    const open = await ring.open({
      seam,
      parameters: {},
      payloadBytes,
      read: readWithBun,
      visit: { libraryPath, session: null, seam },
      native,
    });
    let heard = 0;
    let outOfOrder = 0;
    open.listen?.((wake) => {
      if (wake !== heard) outOfOrder++;
      heard++;
    });
    expect(symbols.wb_producer_start(producer, -1, 0n)).toBe(0);
    while (symbols.wb_producer_left(producer) > 0 || heard < calls) await Bun.sleep(1);
    expect({ heard, outOfOrder }).toEqual({ heard: calls, outOfOrder: 0 });
    expect(open.entries?.()).toBeGreaterThan(0);
    expect(open.entries?.()).toBeLessThan(calls);
    await open.close();
    const durationsNs = new Float64Array(calls);
    symbols.wb_producer_collect(producer, ptr(durationsNs));
    symbols.wb_producer_close(producer);
  },
);

test.skipIf(process.platform !== "linux").each(variants)(
  "doorbell %s: gives back its descriptors when it is closed",
  async (doorbell) => {
    const native = loadLibrary(findLibrary());
    const job = { ...jobOf({ waker: "ring", parameters: { doorbell } }), wakes: 5, warmupWakes: 0 };
    const measure = () => wake.visit({ job, approach: ring, native, read: readWithBun });
    const open = () => readdirSync("/proc/self/fd").length;
    for (let visits = 0; visits < 3; visits++) await measure();
    const before = open();
    const visits = 20;
    for (let made = 0; made < visits; made++) await measure();
    // A thread of the runtime's pool closes the copies that its streams read.
    await until("descriptors closed", () => open() - before < visits / 2);
  },
);
