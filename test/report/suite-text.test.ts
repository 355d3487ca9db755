import { expect, test } from "bun:test";
import { measuredOf } from "../../src/report/measured.ts";
import { renderSuite } from "../../src/report/suite-text.ts";
import { plainStyle } from "../../src/report/table.ts";
import type { Results } from "../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";

const wakes = resultsWith([
  seriesWith({ contender: "pipe", p50sNs: steady(8_000) }),
  seriesWith({ contender: "callback", p50sNs: steady(4_000) }),
]);
const begun = { startedAt: "2026-01-01T00:00:00.000Z", durationMs: 1 };

function lines(results: Results, columns?: number): string[] {
  return renderSuite(results, measuredOf(results), { ...plainStyle, columns }).split("\n");
}

test("a suite ends with a verdict beside the name of each scenario, behind all tables", () => {
  const all = lines({
    ...wakes,
    scenarios: [
      { id: "wake", status: "cut", error: null, ...begun },
      { id: "handlers", status: "failed", error: "port 80 is taken", ...begun },
    ],
  });
  const heading = all.findIndex((line) => line.startsWith("── wake ──"));
  const table = all.findIndex((line) => /^ {2}callback .*µs/.test(line));
  const closing = all.indexOf("What it comes to");
  expect(heading).toBe(0);
  expect(table).toBeGreaterThan(heading);
  expect(closing).toBeGreaterThan(table);
  expect(all.slice(closing + 1)).toEqual([
    expect.stringMatching(/^ {2}wake {6}Use callback: .* faster than pipe on one core\.$/),
    "            (cut off: rounds are missing)",
    "  handlers  could not be measured: port 80 is taken",
    "",
    "When to use each, and the code that does it: wakerbench list wakers NAME",
    "",
  ]);
  // Of what was not measured there is no table.
  expect(all.join("\n")).not.toContain("── handlers");
});

test("verdicts stay within the terminal's columns, and in theirs", () => {
  const all = lines(wakes, 50);
  const hint = all.findIndex((line) => line.startsWith("When to use each"));
  for (const line of all.slice(hint)) expect(line.length).toBeLessThanOrEqual(50);
  const verdict = all.slice(all.indexOf("What it comes to") + 1, hint - 1);
  expect(verdict.length).toBeGreaterThan(1);
  expect(verdict[0]).toMatch(/^ {2}wake {2}Use callback/);
  for (const line of verdict) expect(line.length).toBeLessThanOrEqual(50);
  for (const line of verdict.slice(1)) expect(line).toMatch(/^ {8}\S/);
});
