import { describe, expect, test } from "bun:test";
import type { Settings } from "../../src/approaches/approach.ts";
import { checkParameters, contendersOf, withDefaults } from "../../src/approaches/parameters.ts";
import { WakerbenchError } from "../../src/errors.ts";
import { parseContender } from "../../src/plan/contender.ts";
import { wakers } from "../../src/wakers/index.ts";
import { pipe } from "../../src/wakers/pipe.ts";
import type { Waker } from "../../src/wakers/waker.ts";

const period = { values: ["1ms", "8ms"], default: "1ms", description: "between two looks" };
const depth = { values: ["64", "4096"], default: "4096", description: "how much it holds" };
const tunable: Waker = { ...pipe, id: "tunable", parameters: { period, depth } };

/** The error of wrong settings, as the command would print it. */
function errorOf(waker: Waker, written: Settings, isOwn = false): string {
  try {
    checkParameters(waker, written, isOwn);
  } catch (error) {
    if (!(error instanceof WakerbenchError)) throw error;
    expect(error.code).toBe("USAGE");
    return `${error.message} / ${error.remedy}`;
  }
  throw new Error("nothing was wrong");
}

describe("what is written behind a waker's name is checked against what it declares", () => {
  test.each([
    [{ perod: "1ms" }, 'tunable has no parameter "perod" / did you mean period?'],
    [{ colour: "red" }, 'tunable has no parameter "colour" / it takes: period, depth'],
    [{ period: "2ms" }, 'tunable: period cannot be "2ms" / write period=1ms|8ms'],
    [{ period: "" }, 'tunable: period cannot be "" / write period=1ms|8ms'],
    [{ toString: "x" }, 'tunable has no parameter "toString" / it takes: period, depth'],
  ])("%j is turned away", (written, error) => {
    expect(errorOf(tunable, written)).toBe(error);
  });

  test("a built-in waker that declares none takes none", () => {
    expect(errorOf(pipe, { size: "1" })).toBe(
      'pipe has no parameter "size" / write pipe alone: it takes none',
    );
  });

  test("a file of the user's takes anything when it declares none, else what it declares", () => {
    expect(() => checkParameters(pipe, { size: "1" }, true)).not.toThrow();
    expect(errorOf(tunable, { size: "1" }, true)).toContain('no parameter "size"');
  });

  test("every declared value is taken", () => {
    expect(() => checkParameters(tunable, { period: "8ms", depth: "64" }, false)).not.toThrow();
  });
});

test("what is not written gets its default", () => {
  expect(withDefaults(tunable, { depth: "64" })).toEqual({ period: "1ms", depth: "64" });
  expect(withDefaults(pipe, { anything: "goes" })).toEqual({ anything: "goes" });
});

describe("a waker in `all`", () => {
  test("is a row for each variant, written as on the command line", () => {
    const variants = [{ period: "1ms" }, { period: "8ms", depth: "64" }];
    const names = contendersOf({ ...tunable, variants });
    expect(names).toEqual(["tunable:period=1ms", "tunable:period=8ms:depth=64"]);
    const settings = names.map((name) => parseContender(name).parameters);
    expect(settings).toEqual(variants);
  });

  test("is a row of its defaults when it has no variants", () => {
    expect(contendersOf(tunable)).toEqual(["tunable"]);
  });

  test.each(wakers.map((waker) => [waker.id, waker] as const))(
    "%s declares what its variants set, and each default is a value",
    (_, waker) => {
      for (const name of contendersOf(waker)) {
        const contender = parseContender(name);
        expect(contender.waker).toBe(waker.id);
        checkParameters(waker, contender.parameters, false);
      }
      checkParameters(waker, withDefaults(waker, {}), false);
    },
  );
});
