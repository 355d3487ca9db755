import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { compare, type Results, type Series } from "../../src/index.ts";
import { resultsSchema } from "../../src/results/schema.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import { type VisitRequest, visitInAgent } from "../examples/agent-visit.ts";

setDefaultTimeout(120_000);

const control = join(import.meta.dirname, "control.ts");
const stall = join(import.meta.dirname, "stall.ts");
const ratePerSecond = 2_000;

async function measured(request: VisitRequest): Promise<WakeMeasurement> {
  const outcome = await visitInAgent(request);
  const [measurement] = outcome.measurements;
  if (measurement === undefined) throw new Error(JSON.stringify(outcome));
  return measurement;
}

function seriesOf(results: Results, contender: string): Series {
  const found = results.series.find((series) => series.contender === contender);
  if (found === undefined) throw new Error(`no row ${contender}`);
  return found;
}

describe("no omission is coordinated", () => {
  const stallMs = 100;
  const wakes = 600;
  // In the middle of the measured wakes; the warm-up is a fifth of them.
  const parameters = { at: String(wakes / 5 + wakes / 3), stallMs: String(stallMs) };
  const heldUp = ({ wakeNs }: WakeMeasurement, leastMs: number) =>
    wakeNs.filter((latencyNs) => latencyNs >= leastMs * 1e6).length;

  test("a stall is seen in every wake that was due meanwhile, where a closed loop sees one", async () => {
    const request = { waker: stall, parameters, wakes };
    const open = await measured({ ...request, ratePerSecond });
    const closed = await measured(request);
    expect(open.wakeNs).toHaveLength(wakes);
    // Due in the first half of the stall, and so held up for half of it or more.
    const least = (stallMs / 2 / 1000) * ratePerSecond;
    expect(heldUp(open, stallMs / 2)).toBeGreaterThanOrEqual(least - 1);
    // Others may be held up by what else the machine does.
    expect(heldUp(closed, stallMs / 2)).toBeGreaterThanOrEqual(1);
    expect(heldUp(closed, stallMs / 2)).toBeLessThan(least / 2);
  });

  test("from one wake to the next latency falls by a period at most, since they come in order", async () => {
    const { wakeNs } = await measured({ waker: stall, parameters, wakes, ratePerSecond });
    const periodNs = 1e9 / ratePerSecond;
    const falls = wakeNs.slice(1).map((latencyNs, index) => (wakeNs[index] ?? 0) - latencyNs);
    expect(Math.max(...falls)).toBeLessThanOrEqual(periodNs + 1);
    // And after the stall it does fall by about that much from each to the next.
    expect(falls.filter((fallNs) => fallNs > periodNs / 2).length).toBeGreaterThan(50);
  });
});

describe("an open loop is audited like a closed one", () => {
  const few = { wakes: 500, ratePerSecond };

  test("every wake of the schedule is sent and heard", async () => {
    for (const waker of ["callback", "pipe", "worker"]) {
      const { counters, wakeNs, lateNs } = await measured({ waker, ...few });
      expect(counters).toMatchObject({ sent: 500, received: 500, lost: 0, duplicated: 0 });
      expect(wakeNs).toHaveLength(500);
      expect(lateNs).toHaveLength(500);
      expect(Math.min(...lateNs)).toBeGreaterThanOrEqual(0);
      // A notify is part of the wake that it belongs to.
      expect(wakeNs.every((latencyNs, wake) => latencyNs > (lateNs[wake] ?? 0))).toBe(true);
    }
  });

  test("the schedule has its length, whatever the waker does", async () => {
    const { counters } = await measured({ waker: "callback", ...few });
    expect(counters.wallNs).toBeGreaterThanOrEqual((499 / ratePerSecond) * 1e9);
  });

  test("what is lost or doubled is counted exactly", async () => {
    const lossy = { waker: control, parameters: { loseEvery: "100" }, ...few };
    const lost = await measured(lossy);
    expect(lost.counters).toMatchObject({ sent: 500, received: 495, lost: 5 });
    expect(lost.wakeNs).toHaveLength(495);
    const doubled = await measured({ ...lossy, parameters: { duplicateEvery: "100" } });
    expect(doubled.counters).toMatchObject({ sent: 500, received: 500, lost: 0 });
    // The double of the very last wake may come when nobody listens any more.
    expect(doubled.counters.duplicated).toBeGreaterThanOrEqual(4);
    expect(doubled.counters.duplicated).toBeLessThanOrEqual(6);
  });

  test("a waker that never rings fails in words", async () => {
    const outcome = await visitInAgent({ waker: control, parameters: { loseEvery: "1" }, ...few });
    expect(outcome).toMatchObject({ status: "failed" });
    expect(JSON.stringify(outcome)).toContain("not one wake was heard");
  });

  test("a waker that cannot keep up is told so, and ends", async () => {
    // Each wake takes its thread ten periods.
    const parameters = { delayNs: "500000" };
    const request = { waker: control, parameters, wakes: 5_000, ratePerSecond: 20_000 };
    const outcome = await visitInAgent(request);
    expect(outcome).toMatchObject({ status: "failed" });
    expect(JSON.stringify(outcome)).toContain("cannot keep up with 20000 wakes a second");
  });

  test("a waker that the loop asks for each wake is unsupported", async () => {
    expect(await visitInAgent({ waker: "executor", ...few })).toMatchObject({
      status: "unsupported",
    });
  });
});

test("the results say that they are of an open loop, floor included, and fit the schema", async () => {
  const parameters = {
    rate: "2k",
    rounds: "3",
    wakes: "100",
    "warmup-wakes": "10",
    placement: "any",
  };
  const contenders = ["callback", "floor"];
  const results = resultsSchema.parse(await compare({ contenders, parameters, seed: 1 }));
  expect(results.options.wake).toMatchObject({ rate: 2_000 });
  expect(results.options.wake).not.toHaveProperty("gap");
  for (const contender of ["callback", "floor:via=pipe", "floor:via=futex"]) {
    const { status, params, stages, extra, audit } = seriesOf(results, contender);
    expect(status).toBe("ok");
    expect(params).toMatchObject({ ratePerSecond: 2_000 });
    expect(params).not.toHaveProperty("gapNs");
    expect(audit).toMatchObject({ sent: 300, received: 300, lost: 0, duplicated: 0 });
    expect(stages.late?.count).toBe(300);
    expect(extra.scheduleLateP50Ns).toBeGreaterThan(0);
    expect(extra.settleNs).not.toBeNull();
  }
});
