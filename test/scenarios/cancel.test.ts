import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { libraries } from "../../src/libraries/index.ts";
import { giveBackLease, takeLease } from "../../src/libraries/leases.ts";
import type { Library } from "../../src/libraries/library.ts";
import { cancel } from "../../src/scenarios/cancel.ts";
import type { CancelJob } from "../../src/scenarios/workload-job.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { jobHere, spoilt, visitOf } from "./library-visits.ts";

setDefaultTimeout(120_000);

async function visitHere(
  library: Library,
  job: Partial<CancelJob> = {},
): Promise<WorkloadMeasurement> {
  const whole: CancelJob = {
    ...jobHere,
    scenario: "cancel",
    tasks: 600,
    afterNs: 5e6,
    warmupNs: 1,
    ...job,
  };
  const [measurement] = await cancel.visit(visitOf(whole, library));
  if (measurement?.scenario !== "cancel") throw new Error("no measurement");
  return measurement;
}

const allWell = { sent: 600, received: 600, lost: 0, duplicated: 0, mistaken: 0 };

describe.each(libraries.map((library) => [library.id, library] as const))("%s", (_id, library) => {
  test("ends each task once, after the cancel, with its cleanup", async () => {
    const { audit, counts, latencyNs, levels, decidingNs, cost, fault } = await visitHere(library);
    expect(fault).toBeNull();
    expect(audit).toEqual(allWell);
    expect(counts).toEqual({ cleanups: 600 });
    expect(latencyNs).toHaveLength(600);
    // The last end is when all is settled.
    expect(levels.settleNs).toBe(Math.max(...latencyNs));
    expect(decidingNs).toBe(levels.settleNs ?? null);
    expect(cost.wallNs).toBe(levels.settleNs ?? 0);
  });
});

describe("the audit of cancelled tasks, against programs whose faults are known", () => {
  test("a task that swallows the cancel and never ends is lost, and the program is given up", async () => {
    const deaf = spoilt(() => ({
      async cancel({ tasks, leases, onCancel }, { began, ended }) {
        for (let slot = 0; slot < tasks; slot++) {
          began(slot);
          takeLease(leases, slot);
        }
        onCancel();
        for (let slot = 0; slot < tasks; slot++) {
          if (slot % 100 === 99) continue;
          giveBackLease(leases, slot);
          ended(slot);
        }
        return await new Promise<number>(() => {});
      },
    }));
    const { audit, fault, counts } = await visitHere(deaf, { warmupNs: 0 });
    expect(audit).toEqual({ ...allWell, received: 594, lost: 6 });
    expect(counts).toEqual({ cleanups: 594 });
    expect(fault).toMatch(/^the run hung: .* 6 had not ended$/);
  });

  test("a task that ends in another way than by its cancel is mistaken", async () => {
    const escaping = spoilt(({ cancel }) => ({
      cancel: async (order, stamps) => (await cancel(order, stamps)) + 6,
    }));
    const { audit } = await visitHere(escaping);
    expect(audit).toEqual({ ...allWell, received: 594, mistaken: 6 });
  });

  test("a task that has cleaned up before the cancel is mistaken, whatever its program says", async () => {
    const hasty = spoilt(() => ({
      async cancel({ tasks, leases, onCancel }, { began, ended }) {
        for (let slot = 0; slot < tasks; slot++) {
          if (slot === 6) onCancel();
          began(slot);
          takeLease(leases, slot);
          giveBackLease(leases, slot);
          ended(slot);
        }
        return 0;
      },
    }));
    const { audit, latencyNs } = await visitHere(hasty);
    expect(audit).toEqual({ ...allWell, received: 594, mistaken: 6 });
    expect(latencyNs).toHaveLength(594);
  });

  test("tasks that were never cancelled are mistaken", async () => {
    const forgetful = spoilt(({ cancel }) => ({
      cancel: (order, stamps) => cancel({ ...order, onCancel: () => {} }, stamps),
    }));
    const { audit, decidingNs } = await visitHere(forgetful);
    expect(audit).toEqual({ ...allWell, received: 0, mistaken: 600 });
    expect(decidingNs).toBeNull();
  });

  test("a cleanup that gives nothing back is mistaken", async () => {
    const careless = spoilt(({ cancel }) => ({
      async cancel(order, stamps) {
        const escaped = await cancel(order, stamps);
        for (let slot = 0; slot < order.tasks; slot += 100) order.leases[slot] = 1;
        return escaped;
      },
    }));
    const { audit, counts } = await visitHere(careless);
    expect(audit).toEqual({ ...allWell, received: 594, mistaken: 6 });
    expect(counts).toEqual({ cleanups: 594 });
  });

  test("a task that cleans up twice is caught by its stamps and by its lease", async () => {
    const eager = spoilt(({ cancel }) => ({
      cancel: (order, stamps) =>
        cancel(order, {
          ...stamps,
          ended(slot) {
            stamps.ended(slot);
            if (slot % 100 !== 0) return;
            giveBackLease(order.leases, slot);
            stamps.ended(slot);
          },
        }),
    }));
    const { audit, counts } = await visitHere(eager);
    expect(audit).toEqual({ ...allWell, received: 594, duplicated: 6, mistaken: 6 });
    expect(counts).toEqual({ cleanups: 606 });
  });

  test("a cleanup that takes a while settles that much later", async () => {
    const slowMs = 40;
    const slow = spoilt(({ cancel }) => ({
      cancel: (order, stamps) =>
        cancel(order, {
          ...stamps,
          ended(slot) {
            if (slot === 0) Bun.sleepSync(slowMs);
            stamps.ended(slot);
          },
        }),
    }));
    const { levels } = await visitHere(slow);
    expect(levels.settleNs).toBeGreaterThanOrEqual(slowMs * 1e6);
  });
});
