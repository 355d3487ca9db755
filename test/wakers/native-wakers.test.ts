import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { readWithBun } from "../../src/agent/reader.ts";
import { compare } from "../../src/index.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { findWaker } from "../../src/wakers/find.ts";
import { until } from "../cli/processes.ts";
import { jobOf, visitInAgent, visitWakes } from "../examples/agent-visit.ts";

setDefaultTimeout(60_000);

const onLinux = process.platform === "linux";
const ids = [
  "pipe",
  ...(onLinux ? ["eventfd"] : []),
  "socketpair",
  "pipe-threadpool",
  "udp",
  "callback",
  "napi",
  "uv-async",
  "signal",
];

const nothingLost = { sent: visitWakes, received: visitWakes, lost: 0, reordered: 0, foreign: 0 };

describe.each(ids)("%s", (id) => {
  test("hears every wake of an idle loop", async () => {
    const outcome = await visitInAgent({ waker: id });
    expect(outcome).toMatchObject({ status: "ok" });
    expect(outcome.measurements[0]?.counters).toMatchObject({ ...nothingLost, duplicated: 0 });
  });

  test("hears every wake of threads that live for one wake", async () => {
    const outcome = await visitInAgent({ waker: id, spawn: "per-wake" });
    expect(outcome).toMatchObject({ status: "ok" });
    expect(outcome.measurements[0]?.counters).toMatchObject({ ...nothingLost, duplicated: 0 });
  });
});

const canPin = allowedCores(loadLibrary(findLibrary())).length > 0;

test.if(canPin)(
  "all of them are compared on one core, with their helper threads free",
  async () => {
    const parameters = { rounds: "2", wakes: "50", placement: "same-core" };
    const { series } = await compare({ contenders: ids, parameters, time: "60s", seed: 1 });
    const rows = series.filter(({ params }) => params.control === undefined);
    expect(rows.map(({ waker }) => waker)).toEqual(ids);
    for (const { waker, status, audit } of rows) {
      expect({ waker, status, audit }).toMatchObject({
        status: "ok",
        audit: { sent: 100, received: 100, lost: 0, duplicated: 0 },
      });
    }
  },
);

const pushed = ids.filter((id) => id !== "pipe" && id !== "eventfd");

test.each(pushed)("%s stamps the first line of JavaScript that a wake runs", async (id) => {
  const outcome = await visitInAgent({ waker: id, stages: true });
  const { wakeNs = [], enterNs = [] } = outcome.measurements[0] ?? {};
  expect(enterNs.length).toBeGreaterThan(0);
  expect(enterNs.length).toBe(wakeNs.length);
  expect(enterNs.every((enteredNs, index) => enteredNs <= (wakeNs[index] ?? 0))).toBeTrue();
});

test.skipIf(!onLinux).each(ids)("%s gives back its descriptors when it is closed", async (id) => {
  const native = loadLibrary(findLibrary());
  const waker = await findWaker(id);
  const job = { ...jobOf({ waker: id }), wakes: 5, warmupWakes: 0 };
  const measure = () => wake.visit({ job, approach: waker, native, read: readWithBun });
  const open = () => readdirSync("/proc/self/fd").length;
  for (let visits = 0; visits < 3; visits++) await measure();
  const before = open();
  const visits = 20;
  for (let made = 0; made < visits; made++) await measure();
  // One leak a visit would be 20; the runtime may open one or two of its own meanwhile, and a thread
  // of its pool closes the copies that its streams read.
  await until("descriptors closed", () => open() - before < visits / 2);
});
