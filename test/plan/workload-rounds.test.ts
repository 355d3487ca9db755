import { describe, expect, test } from "bun:test";
import { array, assert, integer, nat, property, record } from "fast-check";
import type { AnyWorkloadPlan } from "../../src/plan/workload.ts";
import { planWorkload, workloadRows } from "../../src/plan/workload-rounds.ts";
import { libraryOf, rowOf } from "../results/fake-workload.ts";

const request = record({
  rowCount: integer({ min: 1, max: 20 }),
  rounds: integer({ min: 1, max: 12 }),
  warmupRounds: nat(3),
  seed: nat(2 ** 32 - 1),
});

function rowsOf(count: number) {
  return Array.from({ length: count }, (_, subject) => rowOf(subject));
}

describe("rounds of a workload", () => {
  test("visit every row once each, those that are dropped first", () => {
    assert(
      property(request, ({ rowCount, rounds, warmupRounds, seed }) => {
        const plan = planWorkload(rowsOf(rowCount), rounds, warmupRounds, seed);
        expect(plan).toHaveLength(rounds + warmupRounds);
        for (const [index, round] of plan.entries()) {
          const rows = round.map(({ row }) => row).toSorted((one, other) => one - other);
          expect(rows).toEqual(Array.from({ length: rowCount }, (_, row) => row));
          const isWarmup = index < warmupRounds;
          const number = isWarmup ? index : index - warmupRounds;
          expect(round.every((visit) => visit.isWarmup === isWarmup)).toBe(true);
          expect(round.every((visit) => visit.round === number)).toBe(true);
        }
      }),
    );
  });

  test("are in the order that the seed draws, whatever was planned before", () => {
    assert(
      property(request, ({ rowCount, rounds, warmupRounds, seed }) => {
        const rows = rowsOf(rowCount);
        const once = planWorkload(rows, rounds, warmupRounds, seed);
        expect(planWorkload(rows, rounds, warmupRounds, seed)).toEqual(once);
      }),
    );
    const orders = [1, 2, 3].map((seed) => planWorkload(rowsOf(20), 1, 0, seed).flat());
    expect(new Set(orders.map((round) => round.map(({ row }) => row).join())).size).toBe(3);
  });
});

describe("rows of a workload", () => {
  /** Two cases of each, in a table of their own. */
  const plan = {
    cases: () => ["short", "long"],
    tableOf: (_parameters, _approach, name) => `table of ${name}`,
    expectedNs: (_parameters, { id }, name) => (id === "slow" && name === "long" ? 9 : 1),
  } as Pick<AnyWorkloadPlan, "cases" | "tableOf" | "expectedNs"> as AnyWorkloadPlan;
  const [fast, slow] = [libraryOf("fast"), libraryOf("slow")];

  test("stand table by table, those of each in the order of the contenders", () => {
    const rows = workloadRows(plan, {}, [fast, slow]);
    expect(rows.map(({ table, subject }) => [table, subject])).toEqual([
      ["table of short", 0],
      ["table of short", 1],
      ["table of long", 0],
      ["table of long", 1],
    ]);
    expect(rows.map(({ expectedNs }) => expectedNs)).toEqual([1, 1, 1, 9]);
  });

  test("are all there once, and the control has the first case alone", () => {
    assert(
      property(array(nat(), { minLength: 1, maxLength: 8 }), (ids) => {
        const subjects = ids.map((id) => libraryOf(String(id)));
        const control = { ...fast, isControl: true };
        const rows = workloadRows(plan, {}, [...subjects, control]);
        expect(rows).toHaveLength(2 * subjects.length + 1);
        const ofControl = rows.filter(({ subject }) => subject === subjects.length);
        expect(ofControl.map((row) => row.case)).toEqual(["short"]);
      }),
    );
  });
});
