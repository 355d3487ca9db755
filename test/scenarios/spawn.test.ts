import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { libraries } from "../../src/libraries/index.ts";
import type { Library } from "../../src/libraries/library.ts";
import { spawn } from "../../src/scenarios/spawn.ts";
import type { SpawnJob } from "../../src/scenarios/workload-job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { jobHere, spoilt, visitOf } from "./library-visits.ts";

setDefaultTimeout(120_000);

const sleepNs = 3e6;

async function visitHere(
  library: Library,
  job: Partial<SpawnJob> = {},
): Promise<WorkloadMeasurement> {
  const tasks = {
    case: "at-once",
    tasks: 600,
    concurrency: 100,
    sleepNs,
    warmupTasks: 100,
    warmupNs: 1,
  } as const;
  const whole: SpawnJob = { ...jobHere, scenario: "spawn", ...tasks, ...job };
  const [measurement] = await spawn.visit(visitOf(whole, library));
  if (measurement?.scenario !== "spawn") throw new Error("no measurement");
  return measurement;
}

const allWell = { sent: 600, received: 600, lost: 0, duplicated: 0, mistaken: 0 };

describe.each(libraries.map((library) => [library.id, library] as const))("%s", (_id, library) => {
  test("makes each task once, and none sleeps less than it is told", async () => {
    const { audit, latencyNs, stages, counts, done, fault } = await visitHere(library);
    expect(fault).toBeNull();
    expect(audit).toEqual(allWell);
    expect(done).toBe(600);
    expect(latencyNs).toHaveLength(600);
    expect(Math.min(...latencyNs)).toBeGreaterThanOrEqual(sleepNs);
    expect(counts).toEqual({ earlySleeps: 0 });
    const late = latencyNs.map((tookNs) => tookNs - sleepNs);
    expect(stages.late).toEqual(late);
  });

  test("has no more tasks at once than a wave has", async () => {
    const { audit, cost, latencyNs } = await visitHere(library, { case: "waves" });
    expect(audit).toEqual(allWell);
    // Six waves that sleep one after the other.
    expect(cost.wallNs).toBeGreaterThanOrEqual(6 * sleepNs);
    expect(latencyNs).toHaveLength(600);
  });

  test("only yields where nothing sleeps", async () => {
    const { audit, stages, counts, latencyNs } = await visitHere(library, { case: "yield" });
    expect(audit).toEqual(allWell);
    expect({ stages, counts }).toEqual({ stages: {}, counts: {} });
    expect(latencyNs).toHaveLength(600);
  });

  test("has the same tasks, whatever the warm-up was", async () => {
    const { audit, latencyNs } = await visitHere(library, { sleepNs: 0, warmupNs: 20e6 });
    expect(audit).toEqual(allWell);
    expect(latencyNs).toHaveLength(600);
  });

  test("tells what the tasks used", async () => {
    const { cost, decidingNs, harnessNs } = await visitHere(library);
    expect(cost.wallNs).toBeGreaterThanOrEqual(sleepNs);
    expect(decidingNs).toBeCloseTo(cost.wallNs / 600, 6);
    expect(cost.cpuProcessNs).toBeGreaterThan(0);
    expect(cost.peakRssBytes).toBeGreaterThan(2 ** 20);
    expect(harnessNs === null || harnessNs > 0).toBeTrue();
  });
});

test("warms up again and again until its time has passed, and not at all without any", async () => {
  const made: number[] = [];
  const counting = spoilt(({ spawn }) => ({
    async spawn(order, stamps) {
      made.push(order.tasks);
      await spawn(order, stamps);
    },
  }));
  await visitHere(counting, { warmupTasks: 1, warmupNs: 20 * sleepNs });
  expect(made.at(-1)).toBe(600);
  // A timer may be late, but not as late as this on each of ten.
  expect(made.length).toBeGreaterThan(2);
  made.length = 0;
  await visitHere(counting, { warmupNs: 0 });
  expect(made).toEqual([600]);
});

describe("the audit of tasks, against programs whose faults are known", () => {
  test("a task that is never made, or never ends, is lost", async () => {
    const forgetful = spoilt(({ spawn }) => ({
      spawn: (order, stamps) => spawn({ ...order, tasks: order.tasks - 7 }, stamps),
    }));
    const { audit } = await visitHere(forgetful);
    expect(audit).toEqual({ ...allWell, received: 593, lost: 7 });
  });

  test("a task that ends twice is counted once, and its repetition apart", async () => {
    const stutters = spoilt(({ spawn }) => ({
      async spawn(order, stamps) {
        const ended = (slot: number) => {
          stamps.ended(slot);
          if (slot % 100 === 0) stamps.ended(slot);
        };
        await spawn(order, { ...stamps, ended });
      },
    }));
    const { audit, done } = await visitHere(stutters);
    expect(audit).toEqual({ ...allWell, duplicated: 6 });
    expect(done).toBe(600);
  });

  test("a task that ends and never began is mistaken", async () => {
    const premature = spoilt(({ spawn }) => ({
      spawn: (order, stamps) =>
        spawn(order, { ...stamps, began: (slot) => slot % 200 !== 0 && stamps.began(slot) }),
    }));
    const { audit, latencyNs } = await visitHere(premature);
    expect(audit).toEqual({ ...allWell, received: 597, mistaken: 3 });
    expect(latencyNs).toHaveLength(597);
  });

  test("a sleep that is cut short is told", async () => {
    const hasty = spoilt(({ spawn }) => ({
      spawn: (order, stamps) => spawn({ ...order, sleepMs: 1 }, stamps),
    }));
    const { counts } = await visitHere(hasty, { sleepNs: 10e9 });
    expect(counts).toEqual({ earlySleeps: 600 });
  });

  test("what throws ends the visit with what it threw", async () => {
    const broken = spoilt(() => ({
      async spawn() {
        throw new Error("out of fibers");
      },
    }));
    const { fault, audit } = await visitHere(broken);
    expect(fault).toBe("out of fibers");
    expect(audit).toMatchObject({ received: 0, lost: 600 });
  });

  test("a program that hangs is given up, with what it had done", async () => {
    const stuck = spoilt(({ spawn }) => ({
      async spawn(order, stamps) {
        await spawn({ ...order, tasks: order.tasks - 1 }, stamps);
        await new Promise(() => {});
      },
    }));
    const { fault } = await visitHere(stuck, { warmupTasks: 50 });
    expect(fault).toMatch(/^the warm-up hung: no task began or ended for 5\S* s; 0 had not ended$/);
  });
});
