import { describe, expect, test } from "bun:test";
import { lateLevels, sleepEnds } from "../../src/scenarios/lateness.ts";

describe("sleeps against what was asked", () => {
  test("are late by what they took longer, slot by slot", () => {
    const took = new Float64Array([10, 25, 30]);
    expect(sleepEnds(took, (slot) => 10 * slot)).toEqual({ lateNs: [10, 15, 10], early: 0 });
  });

  test("are counted where they ended early, and not late then", () => {
    const took = new Float64Array([10, 25, 30]);
    expect(sleepEnds(took, () => 26)).toEqual({ lateNs: [0, 0, 4], early: 2 });
  });

  test("are left out where they did not end, whatever is asked of the others", () => {
    const took = new Float64Array([Number.NaN, 25]);
    expect(sleepEnds(took, (slot) => 10 * slot)).toEqual({ lateNs: [15], early: 0 });
  });
});

describe("levels of a round", () => {
  test("are percentiles by nearest rank", () => {
    const lateNs = Array.from({ length: 2_000 }, (_, index) => 2_000 - index);
    expect(lateLevels(lateNs)).toEqual({ lateP50Ns: 1_000, lateP99Ns: 1_980 });
  });

  test("are withheld where too few samples lie above", () => {
    expect(lateLevels(Array.from({ length: 100 }, () => 5))).toEqual({
      lateP50Ns: 5,
      lateP99Ns: null,
    });
    expect(lateLevels([])).toEqual({ lateP50Ns: null, lateP99Ns: null });
  });
});
