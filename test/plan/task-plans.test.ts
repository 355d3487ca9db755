import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { WakerbenchError } from "../../src/errors.ts";
import { libraries } from "../../src/libraries/index.ts";
import type { Library } from "../../src/libraries/library.ts";
import { cancelPlan } from "../../src/plan/cancel-plan.ts";
import { ioPlan } from "../../src/plan/io-plan.ts";
import { spawnPlan } from "../../src/plan/spawn-plan.ts";
import { cancelParameters } from "../../src/scenarios/cancel-parameters.ts";
import { ioParameters } from "../../src/scenarios/io-parameters.ts";
import { spawnParameters } from "../../src/scenarios/spawn-parameters.ts";

const place = { cores: [] };

function libraryOf(id: string): Library {
  const found = libraries.find((library) => library.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

const [promises, effection] = ["promises", "effection"].map(libraryOf) as [Library, Library];

describe("spawn", () => {
  const parameters = spawnParameters(z).parse({});

  test("has ten thousand tasks of half a millisecond by default, in three tables", () => {
    const cases = spawnPlan.cases(parameters, promises);
    expect(cases).toEqual(["at-once", "waves", "yield"]);
    expect(cases.map((name) => spawnPlan.tableOf(parameters, promises, name))).toEqual([...cases]);
    const job = spawnPlan.job(parameters, promises, "waves", place);
    expect(job).toMatchObject({ tasks: 10_000, sleepNs: 500_000, concurrency: 500 });
  });

  test("names in each row's parameters what its case heeds", () => {
    const named = (name: string) => Object.keys(spawnPlan.params(parameters, promises, name));
    expect(named("at-once")).toEqual(["tasks", "sleepNs"]);
    expect(named("waves")).toEqual(["tasks", "concurrency", "sleepNs"]);
    expect(named("yield")).toEqual(["tasks"]);
  });

  test("waves that sleep one after another take their time", () => {
    const slow = spawnParameters(z).parse({ sleep: "1s", concurrency: "1k" });
    // Ten waves, and half as many to warm up.
    expect(spawnPlan.expectedNs(slow, promises, "waves")).toBeWithin(15e9, 20e9);
    expect(spawnPlan.expectedNs(slow, promises, "yield")).toBeLessThan(2e9);
  });
});

describe("io", () => {
  test("has 200 workers with 200 operations of 5 ms by default", () => {
    const job = ioPlan.job(ioParameters(z).parse({}), promises, "", place);
    expect(job).toMatchObject({ workers: 200, operations: 200, meanSleepNs: 5e6 });
  });

  test("has no more operations to warm up than to measure", () => {
    const job = ioPlan.job(ioParameters(z).parse({ operations: "3" }), promises, "", place);
    expect(job.warmupOperations).toBe(3);
  });

  test("refuses more operations than a million in all, in one line", () => {
    const check = (operations: string) =>
      ioPlan.check?.(ioParameters(z).parse({ workers: "10000", operations }));
    expect(() => check("101")).toThrow(WakerbenchError);
    expect(() => check("101")).toThrow(
      "10000 workers with 101 operations each are more than a million",
    );
    expect(() => check("100")).not.toThrow();
  });

  test("a visit is taken to last as long as its sleeps, or as the work of the loop", () => {
    const parameters = ioParameters(z).parse({});
    expect(ioPlan.expectedNs(parameters, promises, "")).toBeGreaterThan(200 * 5e6);
    const crowded = ioParameters(z).parse({ workers: "50k", operations: "20", mean: "1us" });
    expect(ioPlan.expectedNs(crowded, promises, "")).toBeGreaterThan(1e9);
  });
});

describe("cancel", () => {
  test("knows that listeners of one signal cost one another time", () => {
    const expected = (tasks: string) =>
      cancelPlan.expectedNs(cancelParameters(z).parse({ tasks }), promises, "");
    expect(expected("40k")).toBeGreaterThan(10 * expected("10k"));
  });

  test("has five thousand tasks, cancelled after 50 ms by default", () => {
    const job = cancelPlan.job(cancelParameters(z).parse({}), promises, "", place);
    expect(job).toMatchObject({ tasks: 5_000, afterNs: 50e6, warmupNs: 100e6 });
  });

  test("takes the time for granted that a library needs to halt so many", () => {
    const parameters = cancelParameters(z).parse({});
    const [slow, quick] = [effection, promises].map((library) =>
      cancelPlan.expectedNs(parameters, library, ""),
    ) as [number, number];
    expect(slow).toBeGreaterThan(quick);
  });
});
