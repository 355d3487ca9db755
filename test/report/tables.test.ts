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

test("no line of prose is wider than the terminal, and what is not said leaves no gap", () => {
  const marked = { ...plainStyle, bold: (text: string) => `<${text}>`, columns: 60 };
  const wordy = { ...mine, advice: { ...mine.advice, when: "word ".repeat(30).trim() } };
  const wakes = resultsOf(["pipe", 5_000], ["mine", 3_000]);
  const text = renderVerdict(wakes, { wakers: [pipe, wordy], dispatchers: [] }, marked);
  const conclusion = text.slice(text.indexOf("<Use mine"));
  const tooWide = conclusion.split("\n").filter((line) => line.replaceAll(/[<>]/g, "").length > 60);
  expect(tooWide).toEqual([]);
  const single = {
    ...seriesWith({ contender: "promises", p50sNs: [] }),
    scenario: "cancel",
    rounds: [],
  };
  const none = renderVerdict(resultsWith([single]), { wakers: [], dispatchers: [] }, marked);
  expect(none).not.toContain("<>");
  expect(none).not.toContain("\n\n\n");
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
