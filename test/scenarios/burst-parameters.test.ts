import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { burstParameters } from "../../src/scenarios/burst-parameters.ts";

const schema = burstParameters(z);

test("what is not given has its usual value, or is left open", () => {
  expect(schema.parse({})).toEqual({
    threads: [1, 2, 8, 64, 256, 1_024],
    producers: "spin",
    gap: 100_000,
    payload: 0,
  });
});

describe("threads", () => {
  test("are numbers with commas between them, each once, ascending", () => {
    expect(schema.parse({ threads: "64,1,8,1" }).threads).toEqual([1, 8, 64]);
    expect(schema.parse({ threads: "2k" }).threads).toEqual([2_000]);
  });

  test.each(["0", "5000", "a", "1,,8", "", "1,2049", "1.5", "-1"])("are not %j", (threads) => {
    expect(schema.safeParse({ threads }).error?.issues[0]?.message).toBe(
      `"${threads}" is no list of whole numbers from 1 to 2048; write 1,8,64`,
    );
  });
});

test("a payload has one of three sizes", () => {
  expect(schema.parse({ payload: "64" }).payload).toBe(64);
  expect(schema.safeParse({ payload: "9" }).success).toBe(false);
});

test("a flood has a least length and a greatest", () => {
  expect(schema.parse({ flood: "1s" }).flood).toBe(1e9);
  for (const flood of ["1ms", "2m", "1"]) {
    expect(schema.safeParse({ flood }).error?.issues[0]?.message).toBe(
      `"${flood}" is no duration from 5ms up to 60s; write 5ms or 2s`,
    );
  }
});
