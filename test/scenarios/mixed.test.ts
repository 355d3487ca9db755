import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Burner } from "../../src/burners/burner.ts";
import { openBurner } from "../../src/burners/open.ts";
import { burningCatalogue } from "../../src/libraries/burning.ts";
import type { Library } from "../../src/libraries/library.ts";
import { measureMixed } from "../../src/scenarios/mixed-visit.ts";
import type { MixedJob } from "../../src/scenarios/workload-job.ts";
import { jobHere, spoilt, visitOf } from "./library-visits.ts";

setDefaultTimeout(120_000);

const burnNs = 500e3;
const slots = 200;

function jobOf(job: Partial<MixedJob> = {}): MixedJob {
  return {
    ...jobHere,
    scenario: "mixed",
    case: "10",
    workers: 50,
    operations: 4,
    meanSleepNs: 2e6,
    burnNs,
    burnShare: 0.1,
    warmupOperations: 2,
    ...job,
  };
}

async function visitHere(library: Library, job: Partial<MixedJob> = {}, open = openBurner) {
  return await measureMixed(visitOf(jobOf(job), library), open);
}

/** A burner that is spoilt in some way. */
function burnerWith(spoil: (burner: Burner) => Partial<Burner>): typeof openBurner {
  return async (place, context) => {
    const burner = await openBurner(place, context);
    return { ...burner, ...spoil(burner) };
  };
}

const allWell = { sent: slots, received: slots, lost: 0, duplicated: 0, mistaken: 0 };
const contenders = burningCatalogue.all.flatMap((library) =>
  (library.parameters?.burn?.values ?? []).map((burn) => [library.id, burn, library] as const),
);

describe.each(contenders)("%s:burn=%s", (_id, burn, library) => {
  test("burns as often as was drawn, and what burns is told apart from what only sleeps", async () => {
    const measured = await visitHere(library, { parameters: { burn } });
    expect(measured.fault).toBeNull();
    expect(measured.audit).toEqual(allWell);
    expect(measured.done).toBe(slots);
    expect(measured.counts.burnt).toBe(20);
    expect(measured.counts.burnCpuNs).toBeGreaterThanOrEqual(20 * burnNs);
    expect(measured.stages.burn).toHaveLength(20);
    expect(measured.latencyNs).toHaveLength(slots - 20);
    expect(measured.stages.late).toHaveLength(slots - 20);
    expect(Math.min(...(measured.stages.burn ?? []))).toBeGreaterThanOrEqual(burnNs);
  });
});

test("nothing burns where the share is nothing", async () => {
  const { audit, counts, stages, latencyNs } = await visitHere(promises(), { burnShare: 0 });
  expect(audit).toEqual(allWell);
  expect(counts).toMatchObject({ burnt: 0, burnCpuNs: 0 });
  expect(stages.burn).toEqual([]);
  expect(latencyNs).toHaveLength(slots);
});

test("every library and every place has the same work, and other seeds have other work", async () => {
  const marks = new Set<string>();
  for (const [, burn, library] of contenders) {
    marks.add(JSON.stringify((await visitHere(library, { parameters: { burn } })).marks));
  }
  expect(marks.size).toBe(1);
  const other = await visitHere(promises(), { seed: jobHere.seed + 1 });
  expect([...marks]).not.toContain(JSON.stringify(other.marks));
});

test("what decides is the p99 of the operations that do not burn", async () => {
  const { decidingNs, latencyNs, levels } = await visitHere(promises());
  expect(levels.othersP99Ns).toBe(decidingNs);
  const above = latencyNs.filter((tookNs) => tookNs > (decidingNs ?? 0));
  expect(above.length).toBeLessThanOrEqual(latencyNs.length / 100);
  expect(decidingNs).toBeGreaterThan(latencyNs.toSorted((one, other) => one - other)[90] ?? 0);
});

test("the thread that burns stands apart in the CPU time", async () => {
  const { cost } = await visitHere(promises(), { parameters: { burn: "thread" }, burnShare: 0.5 });
  if (process.platform === "linux") {
    expect(cost.cpuWorkerNs).toBeGreaterThanOrEqual(100 * burnNs);
  }
  expect(cost.cpuProcessNs).toBeGreaterThanOrEqual(100 * burnNs);
});

test("burning on the loop keeps the others waiting, on a thread it does not", async () => {
  const share = { burnShare: 0.5, burnNs: 2e6 };
  const lateOf = async (burn: string) => {
    const { stages } = await visitHere(promises(), { ...share, parameters: { burn } });
    return (stages.late ?? []).toSorted((one, other) => one - other)[50] ?? 0;
  };
  const [onLoop, onThread] = [await lateOf("loop"), await lateOf("thread")];
  expect(onThread).toBeLessThan(onLoop / 2);
});

describe("the audit of what burns, against burners whose faults are known", () => {
  test.each(["loop", "thread", "worker"])(
    "one that answers without burning is caught: %s",
    async (burn) => {
      const idle = burnerWith(({ burn: { where, burner, run } }) => {
        let calls = 0;
        const some = () => (++calls % 4 === 0 ? undefined : run());
        return { burn: { where, burner, run: some } as Burner["burn"] };
      });
      const { audit, fault } = await visitHere(promises(), { parameters: { burn } }, idle);
      expect(fault).toMatch(/^20 operations were to burn, and 1\d have burned$/);
      expect(audit.mistaken).toBeGreaterThan(0);
      expect(audit.received).toBe(slots - audit.mistaken);
    },
  );

  test("one that burns twice is caught", async () => {
    const eager = burnerWith(({ burn: { burner, run } }) => ({
      burn: { where: "loop", burner, run: () => void [run(), run()] },
    }));
    const { fault } = await visitHere(promises(), {}, eager);
    expect(fault).toBe("20 operations were to burn, and 40 have burned");
  });

  test("one that fails ends the visit with what it said", async () => {
    const broken = burnerWith(({ burn: { burner } }) => ({
      burn: { where: "thread", burner, run: () => Promise.reject(new Error("it is too hot")) },
    }));
    const { fault, audit } = await visitHere(
      promises(),
      { parameters: { burn: "thread" } },
      broken,
    );
    expect(fault).toBe("it is too hot");
    expect(audit.received).toBeLessThan(slots);
  });

  test("one that never answers is given up", async () => {
    const silent = burnerWith(({ burn: { burner } }) => ({
      burn: { where: "worker", burner, run: () => new Promise(() => {}) },
    }));
    const { fault } = await visitHere(promises(), { parameters: { burn: "worker" } }, silent);
    expect(fault).toMatch(/^the warm-up hung: no task began or ended for 5\S* s; /);
  });

  test("a library that forgets to burn is caught", async () => {
    const forgetful = spoilt(({ io }) => ({
      io: (order, stamps) => io({ ...order, burns: null }, stamps),
    }));
    const { fault } = await visitHere(forgetful);
    expect(fault).toBe("20 operations were to burn, and 0 have burned");
  });
});

function promises(): Library {
  const found = burningCatalogue.all.find(({ id }) => id === "promises");
  if (found === undefined) throw new Error("promises are gone");
  return found;
}
