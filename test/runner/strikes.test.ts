import { expect, test } from "bun:test";
import { Strikes } from "../../src/runner/strikes.ts";

test.each([
  ["timeout", 1],
  ["unsupported", 1],
  ["failed", 2],
  ["crashed", 3],
] as const)("a cell that had %s is out after %i of it", (status, most) => {
  const strikes = new Strikes();
  for (let count = 1; count <= most; count++) {
    expect(strikes.isOut(7)).toBe(false);
    strikes.note(7, status);
  }
  expect(strikes.isOut(7)).toBe(true);
  expect(strikes.isOut(8)).toBe(false);
});

test("what went well, or was interrupted, is no strike", () => {
  const strikes = new Strikes();
  for (let count = 0; count < 10; count++) {
    strikes.note(1, "ok");
    strikes.note(1, "interrupted");
  }
  expect(strikes.isOut(1)).toBe(false);
});

test("faults of different kinds are counted apart", () => {
  const strikes = new Strikes();
  strikes.note(1, "failed");
  strikes.note(1, "crashed");
  strikes.note(1, "crashed");
  expect(strikes.isOut(1)).toBe(false);
});
