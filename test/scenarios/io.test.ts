import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { libraries } from "../../src/libraries/index.ts";
import type { Library } from "../../src/libraries/library.ts";
import { io } from "../../src/scenarios/io.ts";
import { drawSleepsNs, sleepsChecksum } from "../../src/scenarios/sleeps.ts";
import type { IoJob } from "../../src/scenarios/workload-job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { jobHere, spoilt, visitOf } from "./library-visits.ts";

setDefaultTimeout(120_000);

const order = { workers: 30, operations: 20, meanNs: 2e6 };

async function visitHere(library: Library, job: Partial<IoJob> = {}): Promise<WorkloadMeasurement> {
  const { meanNs: meanSleepNs, ...size } = order;
  const whole: IoJob = {
    ...jobHere,
    scenario: "io",
    ...size,
    meanSleepNs,
    warmupOperations: 2,
    ...job,
  };
  const [measurement] = await io.visit(visitOf(whole, library));
  if (measurement?.scenario !== "io") throw new Error("no measurement");
  return measurement;
}

const allWell = { sent: 600, received: 600, lost: 0, duplicated: 0, mistaken: 0 };
const drawnNs = drawSleepsNs(jobHere.seed, order.workers * order.operations, order.meanNs);

describe.each(libraries.map((library) => [library.id, library] as const))("%s", (_id, library) => {
  test("makes each operation once, with the sleeps that the seed draws", async () => {
    const { audit, marks, levels, latencyNs, stages, fault } = await visitHere(library);
    expect(fault).toBeNull();
    expect(audit).toEqual(allWell);
    expect(marks).toEqual({ sleepsChecksum: sleepsChecksum(drawnNs) });
    const sums = Array.from({ length: 30 }, (_, worker) =>
      drawnNs.subarray(20 * worker, 20 * worker + 20).reduce((sum, sleepNs) => sum + sleepNs, 0),
    );
    expect(levels.idealNs).toBe(Math.max(...sums));
    expect(latencyNs).toHaveLength(600);
    // Timers cut less than a millisecond off.
    const cutNs = latencyNs.map((tookNs, slot) => (drawnNs[slot] ?? 0) - tookNs);
    expect(Math.max(...cutNs)).toBeLessThan(1e6);
    expect(stages.late).toEqual(cutNs.map((ns) => Math.max(0, -ns)));
  });

  test("makes the operations of a worker one after another, and those of all at once", async () => {
    const { cost, latencyNs } = await visitHere(library);
    const sumOf = (worker: number) =>
      latencyNs.slice(20 * worker, 20 * worker + 20).reduce((sum, tookNs) => sum + tookNs, 0);
    const sums = Array.from({ length: 30 }, (_, worker) => sumOf(worker));
    expect(cost.wallNs).toBeGreaterThanOrEqual(Math.max(...sums));
    // One worker after another would take the sum of all.
    expect(cost.wallNs).toBeLessThan(sums.reduce((all, sum) => all + sum, 0) / 4);
  });
});

describe("io, against programs whose faults are known", () => {
  test("sleeps that are all a millisecond longer are as much later", async () => {
    const slow = spoilt(({ io }) => ({
      io: (order, stamps) =>
        io({ ...order, sleepsMs: order.sleepsMs.map((sleepMs) => sleepMs + 5) }, stamps),
    }));
    const { stages, counts } = await visitHere(slow);
    expect(Math.min(...(stages.late ?? []))).toBeGreaterThanOrEqual(4e6);
    expect(counts).toEqual({ earlySleeps: 0 });
  });

  test("operations that are left out are lost", async () => {
    const lazy = spoilt(({ io }) => ({
      io: (order, stamps) => io({ ...order, workers: order.workers - 1 }, stamps),
    }));
    const { audit, done } = await visitHere(lazy);
    expect(audit).toEqual({ ...allWell, received: 580, lost: 20 });
    expect(done).toBe(580);
  });
});
