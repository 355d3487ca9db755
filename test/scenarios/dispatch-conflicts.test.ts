import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { isPlain, rejectDispatchConflicts } from "../../src/scenarios/dispatch-conflicts.ts";
import { dispatchParameters } from "../../src/scenarios/dispatch-parameters.ts";

const parse = (flags: Record<string, string>) => dispatchParameters(z).parse(flags);

describe("counts that do not go together", () => {
  test("more rounds than calls", () => {
    const wrong = () => rejectDispatchConflicts(parse({ count: "100", rounds: "200" }));
    expect(wrong).toThrow("--rounds 200 is more than --count 100");
  });

  test("more calls on their way than a round has", () => {
    const wrong = () => rejectDispatchConflicts(parse({ count: "1k", "in-flight": "512" }));
    expect(wrong).toThrow("--in-flight 512 is more than the 200 calls of a round");
    expect(wrong).toThrow(expect.objectContaining({ remedy: expect.stringContaining("2560") }));
  });

  test("as many as a round has are fine", () => {
    rejectDispatchConflicts(parse({ count: "2560", "in-flight": "512" }));
    rejectDispatchConflicts(parse({}));
  });
});

test("calls are plain when nothing is asked of them but an answer", () => {
  expect(isPlain(parse({ work: "20us", "in-flight": "8" }))).toBe(true);
  for (const [flag, value] of [
    ["timeout-each", "5ms"],
    ["cancel-rate", "0.1"],
    ["throw-rate", "1"],
  ] as const) {
    expect(isPlain(parse({ [flag]: value }))).toBe(false);
  }
});
