import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { checkParameters } from "../../src/approaches/parameters.ts";
import { WakerbenchError } from "../../src/errors.ts";
import { mixedPlan } from "../../src/plan/mixed-plan.ts";
import { mixedParameters } from "../../src/scenarios/mixed-parameters.ts";

const parse = (flags: Record<string, string>) => mixedParameters(z).parse(flags);
const library = mixedPlan.scenario.catalogue.all[0];
if (library === undefined) throw new Error("there is no library");

describe("shares", () => {
  test("are percent, and each is a table of its own", () => {
    const parameters = parse({ share: "50,1,10" });
    const cases = mixedPlan.cases(parameters, library);
    expect(cases).toEqual(["1", "10", "50"]);
    expect(cases.map((share) => mixedPlan.tableOf(parameters, library, share))).toEqual([...cases]);
    const place = { cores: [] };
    const shares = cases.map((share) => mixedPlan.job(parameters, library, share, place).burnShare);
    expect(shares).toEqual([0.01, 0.1, 0.5]);
  });

  test.each(["100", "0.1", "-1", "a", ""])("of %p are refused", (share) => {
    const { error } = mixedParameters(z).safeParse({ share });
    expect(error?.issues[0]?.message).toContain("is no list of whole numbers from 0 to 99");
  });
});

test("more operations than a million in all are refused in one line", () => {
  const check = () => mixedPlan.check?.(parse({ workers: "10000", operations: "101" }));
  expect(check).toThrow(WakerbenchError);
  expect(check).toThrow("10000 workers with 101 operations each are more than a million");
  expect(() => mixedPlan.check?.(parse({ workers: "10000", operations: "100" }))).not.toThrow();
});

test("a visit is taken to last as long as what burns, or as what sleeps", () => {
  const parameters = parse({});
  const expected = (share: string) => mixedPlan.expectedNs(parameters, library, share);
  expect(expected("50")).toBeGreaterThan(parameters.workers * parameters.operations * 0.5e6);
  expect(expected("1")).toBe(expected("0"));
});

test("another place to burn than there is is refused with those that there are", () => {
  const refused = () => checkParameters(library, { burn: "gpu" }, false);
  expect(refused).toThrow('promises: burn cannot be "gpu"');
});
