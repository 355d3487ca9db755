import { expect, test } from "bun:test";
import { usualThreads } from "../../src/plan/thread-counts.ts";

test("a short comparison floods from one number of threads", () => {
  expect(usualThreads(8e9)).toBe("8");
  expect(usualThreads(30e9)).toBe("1,8,64");
});
