import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { setupWorkload } from "../../src/parts/workload-part.ts";
import { workloadPlans } from "../../src/plan/workloads.ts";
import { workloadFaces } from "../../src/report/workload-faces.ts";
import { forecastWorkload } from "../../src/runner/workload-run.ts";
import { scenarios } from "../../src/scenarios/index.ts";

const noFlags: Readonly<Record<string, string>> = {};

/** What a run of the defaults is, with these flags beside. */
async function setupOf(plan: (typeof workloadPlans)[number], flags: typeof noFlags) {
  const parameters = plan.scenario.parameters(z).parse(flags);
  return setupWorkload(
    { id: plan.scenario.id, parameters },
    { contenders: [], runtimes: ["bun"], seed: 1, libraryPath: "/nowhere", cores: [0, 1] },
  );
}

test("every plan is that of a scenario which can be run, and has a face", () => {
  for (const { scenario } of workloadPlans) {
    expect(scenarios.some(({ id }) => id === scenario.id)).toBe(true);
    expect(workloadFaces.filter((face) => face.scenario === scenario.id)).toHaveLength(1);
  }
  expect(new Set(workloadPlans.map(({ scenario }) => scenario.id)).size).toBe(workloadPlans.length);
});

describe.each(workloadPlans.map((plan) => [plan.scenario.id, plan] as const))("%s", (_, plan) => {
  test("has flags for --quick that it takes, and enough rounds for a p99", async () => {
    const { rounds } = await setupOf(plan, plan.quick);
    expect(rounds).toBeGreaterThanOrEqual(3);
  });

  test("is quicker with --quick, with no row more", async () => {
    const whole = await setupOf(plan, noFlags);
    const quick = await setupOf(plan, plan.quick);
    expect(forecastWorkload(quick)).toBeLessThan(forecastWorkload(whole));
    expect(quick.rows.length).toBeLessThanOrEqual(whole.rows.length);
  });

  test("tells its agents which contender, which seed and which case", async () => {
    const setup = await setupOf(plan, noFlags);
    for (const row of setup.rows) {
      const job = setup.jobOf(row, {});
      expect(job).toMatchObject({ scenario: plan.scenario.id, seed: 1, case: row.case });
      expect(job.approach).toBe(setup.subjects[row.subject]?.approachPath ?? "");
      expect(row.expectedNs).toBeGreaterThan(0);
    }
  });
});

test("all defaults together are taken to last less than 6 minutes, and --quick less than one", async () => {
  const totalNs = async (flagsOf: (plan: (typeof workloadPlans)[number]) => typeof noFlags) => {
    const setups = await Promise.all(workloadPlans.map((plan) => setupOf(plan, flagsOf(plan))));
    return setups.reduce((sum, setup) => sum + forecastWorkload(setup), 0);
  };
  expect(await totalNs(() => noFlags)).toBeLessThan(360e9);
  expect(await totalNs(({ quick }) => quick)).toBeLessThan(60e9);
});
