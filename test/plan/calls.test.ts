import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type CallKind,
  callRows,
  completenessCases,
  countOf,
  expectedCallCost,
  expectedCallsNs,
  planCalls,
  warmupCallsOf,
  warmupShareOf,
} from "../../src/plan/calls.ts";

const fixed = { seed: 1 };
const few = fc.integer({ min: 1, max: 6 });

function subject(id: string, isControl = false) {
  return { approach: { id }, isControl };
}

describe("rows", () => {
  const subjects = [subject("ring"), subject("ring"), subject("pipe"), subject("ring", true)];

  test("are each subject in each placement", () => {
    const rows = callRows(subjects, 2, false);
    expect(rows).toHaveLength(8);
    expect(new Set(rows.map((row) => `${row.subject} ${row.placement}`)).size).toBe(8);
    expect(rows.every((row) => row.case === "plain")).toBe(true);
  });

  test("show what completeness costs, once for each kind of worker, in the first placement", () => {
    const rows = callRows([...subjects, subject("post-message")], 2, true);
    const cases = rows.filter((row) => row.case !== "plain");
    expect(cases.every(({ placement }) => placement === 0)).toBe(true);
    for (const index of [0, 4]) {
      const own = cases.filter((row) => row.subject === index);
      expect(own.map((row) => row.case)).toEqual([...completenessCases]);
    }
    expect(cases).toHaveLength(2 * completenessCases.length);
  });
});

describe("rounds of calls", () => {
  test("visit every row once and share the calls, whatever their number", () => {
    const counts = fc.integer({ min: 6, max: 100_000 });
    fc.assert(
      fc.property(few, few, counts, fc.nat(), (rowCount, rounds, count, seed) => {
        const rows = callRows(
          Array.from({ length: rowCount }, () => subject("pipe")),
          2,
          false,
        );
        const plan = planCalls(rows, rounds, count, seed);
        expect(plan).toHaveLength(rounds);
        for (const [index, round] of plan.entries()) {
          expect(round.every((visit) => visit.round === index)).toBe(true);
          expect(new Set(round.map(({ row }) => row)).size).toBe(rows.length);
        }
        const visits = plan.flat();
        for (const [index, row] of rows.entries()) {
          const own = visits.filter((visit) => visit.row === index);
          expect(own.every(({ subject }) => subject === row.subject)).toBe(true);
          expect(own.reduce((sum, { calls }) => sum + calls, 0)).toBe(count);
          const calls = own.map((visit) => visit.calls);
          expect(Math.max(...calls) - Math.min(...calls)).toBeLessThanOrEqual(1);
        }
      }),
      fixed,
    );
  });

  test("are the same for the same seed and change their order from round to round", () => {
    const rows = callRows(
      ["a", "b", "c", "d", "e"].map((id) => subject(id)),
      2,
      false,
    );
    const plan = planCalls(rows, 4, 1_000, 3);
    expect(planCalls(rows, 4, 1_000, 3)).toEqual(plan);
    const orders = plan.map((round) => round.map(({ row }) => row).join(" "));
    expect(new Set(orders).size).toBe(4);
    const seeds = new Set(plan.flat().map(({ seed }) => seed));
    expect(seeds.size).toBe(plan.flat().length);
  });

  test("have few calls that run out, since each takes its timeout", () => {
    const [row] = callRows([subject("ring")], 1, true).filter(
      ({ case: name }) => name === "expiry",
    );
    if (row === undefined) throw new Error("no row of calls that run out");
    const count = countOf(row, 250_000);
    expect(count).toBeLessThan(1_000);
    expect(planCalls([row], 5, 250_000, 1).flat()).toHaveLength(5);
    expect(planCalls([row], 5, 250_000, 1).flat()[0]?.calls).toBe(count / 5);
    expect(countOf(row, 50)).toBe(50);
  });
});

describe("what calls are taken to cost", () => {
  const kind: CallKind = {
    placement: "same-core",
    case: "plain",
    inFlight: 1,
    work: { kind: "spin", spinNs: 0 },
    cancelRate: 0,
  };
  const nsOf = (rest: Partial<CallKind>) =>
    expectedCallCost("thread", { ...kind, ...rest }).perCallNs;

  test("is more across cores, with more work and where more is asked, and less for many at once", () => {
    expect(nsOf({ placement: "cross-core" })).toBeGreaterThan(nsOf({}));
    expect(nsOf({ work: { kind: "spin", spinNs: 1e6 } })).toBeGreaterThan(1e6);
    for (const name of completenessCases) expect(nsOf({ case: name })).toBeGreaterThan(nsOf({}));
    expect(nsOf({ inFlight: 64 })).toBeLessThan(nsOf({}));
  });

  test("is more for a pool whose calls are cancelled, since that may cost it a thread", () => {
    const cancelled = { ...kind, cancelRate: 0.5 };
    const { perCallNs } = expectedCallCost("pool", cancelled);
    expect(perCallNs).toBeGreaterThan(100 * expectedCallCost("pool", kind).perCallNs);
    expect(expectedCallCost("thread", cancelled)).toEqual(expectedCallCost("thread", kind));
  });

  test("has a warm-up that does not grow with the calls, nor outweighs few of them", () => {
    expect(warmupCallsOf(1e6, kind)).toBe(warmupCallsOf(1e9, kind));
    expect(warmupCallsOf(10, kind)).toBe(40);
    // Those that overlap are so much quicker.
    expect(warmupCallsOf(10, { ...kind, inFlight: 8 })).toBe(320);
    expect(warmupShareOf(10, kind)).toBeLessThan(0.01);
    expect(warmupShareOf(1e6, kind)).toBe(1);
    const slow = { ...kind, work: { kind: "spin", spinNs: 1e9 } } as const;
    expect(warmupCallsOf(1_000, slow)).toBe(1);
  });

  test("adds up to the whole", () => {
    expect(expectedCallsNs({ fixedNs: 5, perCallNs: 2 }, 10, 3)).toBe(5 + 2 * 13);
  });
});
