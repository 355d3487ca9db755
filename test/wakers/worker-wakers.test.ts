import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import type { VisitOutcome } from "../../src/runner/agent-process.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { findWaker } from "../../src/wakers/find.ts";
import { jobOf, placements, visitInAgent, visitWakes } from "../examples/agent-visit.ts";

setDefaultTimeout(60_000);

const parked = ["worker", "message-port", "broadcast-channel", "atomics"];
const ids = [...parked, "worker-inline"];
const polling = ["poll-immediate", "poll-timer"];

function expectAllHeard(outcome: VisitOutcome<WakeMeasurement>, wakes = visitWakes): void {
  expect(outcome).toMatchObject({ status: "ok" });
  expect(outcome.measurements[0]?.counters).toMatchObject({
    sent: wakes,
    received: wakes,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    foreign: 0,
  });
}

describe.each(ids)("%s", (id) => {
  test.each(placements())("hears every wake, placed %s", async (placement, cores) => {
    expectAllHeard(await visitInAgent({ waker: id, placement, cores }));
  });

  test("stamps the first line of JavaScript that a wake runs", async () => {
    const outcome = await visitInAgent({ waker: id, stages: true });
    expectAllHeard(outcome);
    const { wakeNs = [], enterNs = [] } = outcome.measurements[0] ?? {};
    expect(enterNs.length).toBeGreaterThan(0);
    expect(enterNs.length).toBe(wakeNs.length);
    expect(enterNs.every((enteredNs, index) => enteredNs <= (wakeNs[index] ?? 0))).toBeTrue();
  });
});

test.each(parked)("%s hears threads that live for one wake", async (id) => {
  expectAllHeard(await visitInAgent({ waker: id, spawn: "per-wake" }));
});

test.each(polling)("%s sees threads that live for one wake", async (id) => {
  // Few of them: a loop that never sleeps leaves its threads little of a core.
  const wakes = 40;
  expectAllHeard(await visitInAgent({ waker: id, spawn: "per-wake", wakes }), wakes);
});

test("worker-inline has no thread of another's that could live for one wake", async () => {
  const outcome = await visitInAgent({ waker: "worker-inline", spawn: "per-wake" });
  expect(outcome).toMatchObject({ status: "unsupported" });
});

test.each([...ids, ...polling, "executor"])("%s lets the process end", async (id) => {
  const script = join(import.meta.dirname, "visit-once.ts");
  const child = Bun.spawn([process.execPath, script, id], { stdout: "pipe", stderr: "inherit" });
  expect(await child.stdout.text()).toBe("5\n");
  expect(await child.exited).toBe(0);
});

test.skipIf(process.platform !== "linux").each([...ids, "executor"])(
  "%s leaves no Worker parked when it is closed",
  async (id) => {
    const native = loadLibrary(findLibrary());
    const waker = await findWaker(id);
    const job = jobOf({ waker: id, wakes: 5 });
    const measure = () => wake.visit({ job, approach: waker, native, read: readWithBun });
    const count = () => readdirSync("/proc/self/task").length;
    for (let visits = 0; visits < 3; visits++) await measure();
    const before = count();
    const visits = 12;
    for (let made = 0; made < visits; made++) await measure();
    // A Worker that was told to end takes a moment to do so; one that is parked never ends.
    while (count() - before >= visits / 2) await Bun.sleep(1);
    expect(count() - before).toBeLessThan(visits / 2);
  },
);
