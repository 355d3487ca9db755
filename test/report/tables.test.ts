import { expect, test } from "bun:test";
import { plainStyle } from "../../src/report/table.ts";
import { renderTables, renderVerdict } from "../../src/report/tables.ts";
import { callback } from "../../src/wakers/callback.ts";
import { pipe } from "../../src/wakers/pipe.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";

const mine = {
  ...pipe,
  id: "mine",
  advice: { ...pipe.advice, when: "it is mine", code: "mine();" },
};

function resultsOf(...contenders: readonly (readonly [name: string, p50Ns: number])[]) {
  return resultsWith(
    contenders.map(([contender, p50Ns]) => seriesWith({ contender, p50sNs: steady(p50Ns) })),
  );
}

test("tables come first, then the sentence, its code, and when to use each", () => {
  const results = resultsOf(["pipe", 5_000], ["callback", 3_000]);
  const text = renderVerdict(results, { wakers: [pipe, callback], dispatchers: [] }, plainStyle);
  const order = [
    renderTables(results).trimEnd(),
    "Use callback: ",
    "  import { dlopen, JSCallback }",
    "When to use each",
    `  pipe      ${pipe.advice.when}`,
    `but: ${pipe.advice.against}`,
    `  callback  ${callback.advice.when}`,
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
});

test("a waker of the user's is recommended with its own code", () => {
  const text = renderVerdict(
    resultsOf(["pipe", 5_000], ["mine", 3_000]),
    { wakers: [pipe, mine], dispatchers: [] },
    plainStyle,
  );
  expect(text).toContain("Use mine: 1.67 × faster than pipe on one core.\n\n  mine();\n");
  expect(text).toContain("it is mine");
});

test("a waker of the user's without advice is recommended all the same", () => {
  const { advice: _, ...bare } = mine;
  const results = resultsOf(["pipe", 5_000], ["mine", 3_000]);
  const text = renderVerdict(
    results,
    { wakers: [pipe, bare as never], dispatchers: [] },
    plainStyle,
  );
  expect(text).toContain("Use mine: ");
  expect(text).not.toContain("undefined");
});
